"""P6, P7, P8: verifying, rebuilding, starting."""

from __future__ import annotations

import json
import signal
import time

from machine import Watched, bytes_below, forget_pages, say, timed
from postgres import Postgres
from recall_targets import extra_receipts
from results import Bar, Finding
from session import SMALL, Session
from tables import count_below

START_MAX_S = 1
# Of the log, of an import of many times as much.
KILLED_AFTER_BYTES = 4_000_000


def verify_target(session: Session) -> list[Finding]:
    """P6: every byte."""
    finding = Finding("P6", "full verification of the ledger, a whole process", "events/s")
    for _ in range(min(session.rounds, 3)):
        seconds, said = timed(lambda: session.ledger.run("audit", "verify", "-o", "json"))
        report = json.loads(said)
        if not report["ok"]:
            raise RuntimeError(f"audit verify: {report}")
        finding.series("lotledger").add(int(report["records"]) / seconds)
    finding.bars.append(Bar("events/s", finding.systems["lotledger"].median, 800_000))
    return [finding]


def rebuild_target(session: Session) -> list[Finding]:
    """P7: all projections, one process, digests equal to those of the live fold."""
    finding = Finding("P7", "rebuild of all projections from the log, a whole process", "events/s")
    before = session.ledger.digests()
    rounds = min(session.rounds, 3) if session.graph.rows <= 1_000_000 else 1
    for number in range(rounds):
        say(f"P7, round {number + 1} of {rounds}")
        finding.series("lotledger").add(session.graph.rows / session.ledger.seconds("projection", "rebuild"))
        if session.ledger.digests() != before:
            raise RuntimeError("a rebuilt projection differs from the live one")
    finding.bars.append(Bar("events/s", finding.systems["lotledger"].median, 300_000))
    finding.notes.append(f"digests of {len(before)} projections equal those of the live fold")
    return [finding]


def start_target(session: Session) -> list[Finding]:
    """P8: from nothing to the first answer and to the first receipt, after a clean close and after kill -9. What was
    running reads from the disk again: its files are dropped from the page cache."""
    ref = session.graph.roots[SMALL]["ref"]
    finding = Finding("P8", "cold start to an answer of about 100 nodes", "s")
    writing = Finding("P8", "cold start to the receipt of one row", "s")
    for number in range(min(session.rounds, 3)):
        say(f"P8, round {number + 1}")
        finding.series("lotledger, after a clean close").add(cold(session, ("trace", "down", ref, "-o", "csv")))
        writing.series("lotledger, after a clean close").add(cold(session, ("ingest", extra_receipts(session, f"clean{number}", 1))))
        kill_import(session, f"killed{number}-a")
        finding.series("lotledger, after kill -9").add(cold(session, ("trace", "down", ref, "-o", "csv")))
        kill_import(session, f"killed{number}-b")
        writing.series("lotledger, after kill -9").add(cold(session, ("ingest", extra_receipts(session, f"after{number}", 1))))
        if session.postgres:
            sql = count_below(session.graph.roots[SMALL]["id"], None, session.graph.about["units"])
            measure_postgres(session.postgres, sql, finding)
    for one in (finding, writing):
        for name, figures in one.systems.items():
            if name.startswith("lotledger"):
                one.bars.append(Bar(f"s {name.partition(', ')[2]}", figures.median, START_MAX_S, at_least=False))
    return [finding, writing]


def cold(session: Session, words: tuple) -> float:
    """Seconds of a whole process that finds nothing in the page cache."""
    forget_pages(session.ledger.data)
    return session.ledger.seconds(*words)


def kill_import(session: Session, name: str) -> None:
    """Ends a process of ours in the middle of an import: its log has grown, and it had more to do."""
    file = extra_receipts(session, name, max(session.graph.rows // 4, 50_000))
    log = next((session.ledger.data / "ledgers").iterdir()) / "log"
    before = bytes_below(log)
    with Watched(session.ledger.command("ingest", file)) as importing:
        give_up = time.monotonic() + 600
        while importing.running and bytes_below(log) < before + KILLED_AFTER_BYTES and time.monotonic() < give_up:
            time.sleep(0.01)
        if not importing.running or bytes_below(log) < before + KILLED_AFTER_BYTES:
            raise RuntimeError(f"the import of {file.name} was not in its middle when it was to be killed")
        importing.process.send_signal(signal.SIGKILL)
        importing.process.communicate()


def measure_postgres(postgres: Postgres, sql: str, finding: Finding) -> None:
    """Start and the same answer, after a clean close and after a crash that loses 100,000 rows since a checkpoint."""
    for name, end in (("a clean close", postgres.stop), ("a crash", postgres.crash)):
        postgres.run("CHECKPOINT; CREATE TABLE IF NOT EXISTS touched(number int); INSERT INTO touched SELECT generate_series(1, 100000);")
        end()
        forget_pages(postgres.data)
        finding.series(f"postgresql, after {name}").add(timed(lambda: (postgres.start(), postgres.run(sql + ";")))[0])
