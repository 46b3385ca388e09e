"""P3, P4, P5: recalls on the graph."""

from __future__ import annotations

from machine import Series, Watched, say
from program import Ledger
from results import Bar, Finding
from session import LARGE, MIDDLE, SMALL, Session, ids_and_bounds, series
from tables import count_below, has_sqlite_program, psql_process, rows_below, sqlite_process


def milliseconds(values_ns: list[int]) -> list[float]:
    """Of nanoseconds."""
    return [value / 1e6 for value in values_ns]


def recall_targets(session: Session) -> list[Finding]:
    """P3 and P4, for each root: the large one, a quarter of all nodes, is the target's; the others stand beside it."""
    findings = []
    roots = session.recall(session.rounds)
    for size in (SMALL, MIDDLE, LARGE):
        findings += [now(session, roots[size], size == LARGE), past(roots[size], size == LARGE)]
    return findings


def size_of(root: dict) -> str:
    """`410 units and 66 orders`"""
    answer = root["arrays"]["answer"]
    return f"{answer['units']:,} units and {answer['orders']:,} orders"


def walk_series(finding: Finding, walked: dict) -> Series:
    """What the ledger took: judged by ids and bounds together, as the target says; ids stand beside it, because others
    have no bounds."""
    ours = finding.systems["lotledger, ids and bounds"] = series(milliseconds(ids_and_bounds(walked)))
    finding.systems["lotledger, ids"] = series(milliseconds(walked["ids_ns"]))
    return ours


def now(session: Session, root: dict, judged: bool) -> Finding:
    """Everybody."""
    say(f"P3 below {root['ref']}")
    finding = Finding("P3", f"everything below a lot: {size_of(root)}", "ms")
    ours = walk_series(finding, root["ledger"])
    ids = finding.systems["lotledger, ids"]
    arrays = finding.systems["arrays in memory"] = series(milliseconds(root["arrays"]["ids_ns"]))
    sql = count_below(root["id"], None, session.graph.about["units"])
    for name, system, database, bar in (("PostgreSQL", "postgresql", session.postgres, 40), ("SQLite", "sqlite", session.sqlite, 5)):
        if database:
            theirs = finding.systems[system] = series(database.times_ms(sql, session.rounds))
            finding.bars.append(Bar(f"times {name}", theirs.median / ours.median, bar))
            finding.notes.append(f"ids alone {theirs.median / ids.median:.3g} times {name}")
    finding.bars.append(Bar("of the walk over arrays", ours.median / arrays.median, 4, at_least=False))
    finding.notes.append(f"ids alone {ids.median / arrays.median:.3g} of that walk")
    finding.notes.append("in one process, warm; databases count inside and send two numbers; nothing is rendered")
    return finding if judged else without_bars(finding)


def past(root: dict, judged: bool) -> Finding:
    """The same as the ledger stood when three quarters of the rows were in."""
    finding = Finding("P4", f"the same ({size_of(root)} today) as of three quarters of the ledger", "ms")
    ours = walk_series(finding, root["ledger_past"])
    finding.systems["arrays in memory"] = series(milliseconds(root["arrays_past"]["ids_ns"]))
    today = series(milliseconds(ids_and_bounds(root["ledger"])))
    ratio = per_node(ours.median, root["ledger_past"]) / per_node(today.median, root["ledger"])
    finding.bars.append(Bar("times as long as now, per node", ratio, 2, at_least=False))
    return finding if judged else without_bars(finding)


def per_node(milliseconds_of_walk: float, walked: dict) -> float:
    """So that a smaller past does not look fast."""
    return milliseconds_of_walk / (walked["answer"]["units"] + walked["answer"]["orders"])


def without_bars(finding: Finding) -> Finding:
    """A finding that only stands beside another."""
    finding.notes += [f"{bar.value:.3g} {bar.what}" for bar in finding.bars]
    finding.bars = []
    return finding


def process_target(session: Session) -> list[Finding]:
    """P5: whole processes, at rest and beside an import."""
    root = session.graph.roots[MIDDLE]
    size = f"{root['now']['units']:,} units and {root['now']['orders']:,} orders"
    finding = Finding("P5", f"a whole process that lists {size}", "ms")
    sql = rows_below(root["id"], None)
    for _ in range(session.rounds + 1):
        finding.series("lotledger").add(trace_ms(session.ledger, root["ref"]))
        if session.postgres:
            finding.series("postgresql").add(psql_process(session.postgres, sql) * 1000)
        if session.sqlite and has_sqlite_program():
            finding.series("sqlite").add(sqlite_process(session.sqlite.path, sql) * 1000)
    for figures in finding.systems.values():
        figures.values.pop(0)  # The first one warms up.
    finding.bars.append(Bar("ms", finding.systems["lotledger"].median, 30, at_least=False))
    finding.notes.append("page cache warm, ledger at rest; psql and sqlite3 list the same references")
    return [finding, beside_import(session, root)]


def trace_ms(ledger: Ledger, ref: str) -> float:
    """One process."""
    return ledger.seconds("trace", "down", ref, "--rows", "nodes", "-o", "csv") * 1000


def beside_import(session: Session, root: dict) -> Finding:
    """The same while another process writes; what it writes belongs to no answer."""
    finding = Finding("P5", "the same during ingest", "ms")
    file = extra_receipts(session, "beside", max(session.graph.rows // 10, 20_000))
    with Watched(session.ledger.command("ingest", file, "-o", "json")) as importing:
        while importing.running and len(finding.series("lotledger").values) < session.rounds:
            finding.series("lotledger").add(trace_ms(session.ledger, root["ref"]))
        if not importing.running:
            finding.notes.append("the import ended before the last round")
        importing.finish()
    return finding


def extra_receipts(session: Session, name: str, rows: int):
    """A file of receipts of lots that nothing else names."""
    path = session.scratch / f"receipts-{name}.csv"
    with open(path, "w", encoding="utf-8") as file:
        file.write("id,at,item,lot,quantity,uom,location\n")
        for row in range(rows):
            file.write(f"{name}-{row},2026-12-01T08:00:00Z,EX-{row % 50:04},{name}-{row:08},12.5,KGM,WH-02\n")
    return path
