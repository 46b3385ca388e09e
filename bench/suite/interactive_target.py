"""P2: many submitters, each waiting for its receipt."""

from __future__ import annotations

import subprocess
from pathlib import Path

from machine import say
from postgres import BINARIES, Postgres
from program import Ledger
from results import Bar, Finding
from session import Session

SUBMITTERS = 64
# PostgreSQL may be faster with fewer connections: the best of them counts.
CONNECTIONS = (64, 16)
P99_MAX_MS = 5
SETUP = """
DROP TABLE IF EXISTS scan;
DROP TABLE IF EXISTS level;
CREATE TABLE scan(seq bigserial PRIMARY KEY, id text NOT NULL, kind text NOT NULL, at timestamptz NOT NULL, order_id text,
                  unit text NOT NULL, quantity numeric NOT NULL, uom text NOT NULL, actor text, content bytea);
CREATE TABLE level(unit text PRIMARY KEY, quantity numeric NOT NULL);
"""
# One statement, one transaction, one round trip: the least that it can be asked for. pgbench takes a colon for a variable, in texts too.
TRANSACTION = r"""\set lot random(1, 50000)
\set number random(1, 1000000000)
WITH scanned AS (INSERT INTO scan(id, kind, at, order_id, unit, quantity, uom, actor, content)
  VALUES ('bench-submit-' || :number::bigint, 'consumption', now(), 'WO-S' || :number::bigint / 8, 'RM-S001/L' || :lot::int, 1, 'EA', 'bench',
          decode(md5(:number::bigint::text) || md5(:lot::int::text), 'hex')))
INSERT INTO level VALUES ('RM-S001/L' || :lot::int, -1) ON CONFLICT (unit) DO UPDATE SET quantity = level.quantity - 1;
"""


def interactive_target(session: Session, seconds: int) -> list[Finding]:
    """Turn by turn; the writer of the program in the process of its submitters, PostgreSQL over its socket."""
    finding = Finding("P2", f"{SUBMITTERS} submitters, each waits until its event is durable", "events/s")
    waits = Finding("P2", "how long 99 of 100 of them wait at most", "ms")
    for number in range(min(session.rounds, 3)):
        say(f"P2, round {number + 1}")
        ledger = Ledger(session.programs, session.scratch / f"submit-{number}").create()
        done = session.programs.bench("submit", "--data", ledger.data, "--submitters", SUBMITTERS, "--seconds", seconds)
        finding.series("lotledger").add(done["events"] * 1e6 / done["elapsed_us"])
        waits.series("lotledger").add(done["latency_us"]["p99"] / 1000)
        if session.postgres:
            best = max((pgbench(session.postgres, session.scratch, connections, seconds) for connections in CONNECTIONS))
            finding.series("postgresql").add(best[0])
            waits.series("postgresql").add(best[1])
    if session.postgres:
        ratio = finding.systems["lotledger"].median / finding.systems["postgresql"].median
        finding.bars.append(Bar("times PostgreSQL", ratio, 10))
        finding.notes.append(f"PostgreSQL: the best of {' and '.join(map(str, CONNECTIONS))} connections")
    waits.bars.append(Bar("ms", waits.systems["lotledger"].median, P99_MAX_MS, at_least=False))
    return [finding, waits]


def pgbench(postgres: Postgres, scratch: Path, connections: int, seconds: int) -> tuple[float, float]:
    """Transactions per second, and the 99th percentile of their latency in ms."""
    postgres.run(SETUP)
    script = scratch / "transaction.sql"
    script.write_text(TRANSACTION, encoding="utf-8")
    logs = scratch / f"pgbench-{connections}"
    logs.mkdir(exist_ok=True)
    command = [str(BINARIES / "pgbench"), "-n", "-M", "prepared", "-c", str(connections), "-j", "2", "-T", str(seconds), "-l",
               "-f", str(script), "-h", str(postgres.folder), "-U", "postgres", "postgres"]
    done = subprocess.run(command, capture_output=True, text=True, cwd=logs)
    if done.returncode != 0:
        raise RuntimeError(f"pgbench ended with {done.returncode}: {done.stderr[:800]}")
    latencies = []
    for log in logs.iterdir():
        latencies += [int(line.split()[2]) for line in log.read_text(encoding="utf-8").splitlines()]
        log.unlink()
    latencies.sort()
    return len(latencies) / seconds, latencies[(len(latencies) - 1) * 99 // 100] / 1000
