"""P1, P9, P13: bulk ingest, how its cost grows, and what memory it takes."""

from __future__ import annotations

from pathlib import Path

from machine import Watched, bytes_below, say, timed
from program import Ledger
from results import Bar, Finding
from session import NODES_MIN, OF_GROWTH, Graph, Session, ids_and_bounds, series
from tables import POSTGRES_EVENTS, Sqlite, write_postgres_load

# A round of bulk ingest at full size takes minutes: so many are enough.
ROUNDS_MAX = 3
ROWS_OF_ONE_ROUND = 1_000_000
# Of a figure at three sizes.
FLAT = 1.25
MEMORY_MAX_KIB = 2 * 1024 * 1024


def bulk_target(session: Session) -> list[Finding]:
    """P1: turn by turn, the same rows. Ours decodes, decides and folds every projection; databases only store."""
    rows = session.graph.rows
    finding = Finding("P1", f"bulk ingest of {rows:,} events, durable", "events/s")
    finding.series("lotledger").add(rows / session.ingested.seconds)
    rounds = min(session.rounds, ROUNDS_MAX) if rows <= ROWS_OF_ONE_ROUND else 1
    script = session.scratch / "load.sql"
    if session.postgres:
        write_postgres_load(session.graph.folder, session.graph.parts, script)
    for number in range(rounds):
        say(f"P1, round {number + 1} of {rounds}")
        if number > 0:
            again = Ledger(session.programs, session.scratch / f"ledger-{number}").create()
            finding.series("lotledger").add(rows / again.ingest(session.graph.files)[0].seconds)
        load_databases(session, finding, number, script)
    ours = finding.systems["lotledger"].median
    if session.postgres:
        finding.bars.append(Bar("times PostgreSQL", ours / finding.systems["postgresql"].median, 1.5))
    finding.bars.append(Bar("events/s", ours, 200_000))
    finding.notes.append(bytes_note(session))
    script.unlink(missing_ok=True)
    return [finding]


def load_databases(session: Session, finding: Finding, number: int, script: Path) -> None:
    """One round: COPY and upsert of 10,000 rows per transaction; as much at once into SQLite."""
    rows = session.graph.rows
    if session.postgres:
        session.postgres.run(POSTGRES_EVENTS)
        finding.series("postgresql").add(rows / timed(lambda: session.postgres.run_file(script))[0])
        check_rows("PostgreSQL", int(session.postgres.run("SELECT count(*) FROM audit;")), rows)
    if session.sqlite:
        database = Sqlite(session.scratch / f"events-{number}.sqlite")
        finding.series("sqlite").add(rows / database.load_events(session.graph.folder, session.graph.parts))
        check_rows("SQLite", database.connection.execute("SELECT count(*) FROM audit").fetchone()[0], rows)
        database.close()


def check_rows(system: str, found: int, rows: int) -> None:
    """A load that lost rows is no load."""
    if found != rows:
        raise RuntimeError(f"{system} holds {found} of {rows} rows")


def bytes_note(session: Session) -> str:
    """Bytes of an event in the places where it stands."""
    rows = session.graph.rows
    source = sum(file.stat().st_size for file in session.graph.files)
    ledger = next((session.ledger.data / "ledgers").iterdir())
    parts = [f"source {source // rows}", f"log {bytes_below(ledger / 'log') // rows}", f"stores {bytes_below(ledger / 'store') // rows}"]
    if session.postgres:
        sizes = session.postgres.run("SELECT pg_table_size('audit') / greatest(count(*), 1) FROM audit;").strip()
        parts.append(f"PostgreSQL's audit row {sizes}")
    return "bytes per event: " + ", ".join(parts)


def memory_target(session: Session) -> list[Finding]:
    """P13, of the import that filled the ledger."""
    watched = session.ingested
    finding = Finding("P13", f"resident memory of the ingest of {session.graph.rows:,} events", "MiB")
    finding.systems["lotledger, at most"] = series([watched.peak_kib / 1024])
    finding.bars.append(Bar("MiB at most", watched.peak_kib / 1024, MEMORY_MAX_KIB / 1024, at_least=False))
    seen = watched.resident_kib
    finding.bars.append(Bar("times what was resident at half", seen[-1] / seen[len(seen) // 2], FLAT, at_least=False))
    quarters = [seen[(len(seen) - 1) * part // 4] // 1024 for part in range(1, 5)]
    finding.notes.append("MiB resident at a quarter, half, three quarters and the end: " + ", ".join(map(str, quarters)))
    return [finding]


def big_file(session: Session, size: int) -> list[Finding]:
    """P13, of one EPCIS file of so many bytes."""
    path = session.scratch / "big.json"
    events = write_epcis(path, size)
    ledger = Ledger(session.programs, session.scratch / "ledger-big").create()
    say(f"P13: one file of {path.stat().st_size:,} bytes")
    watched: Watched = ledger.ingest([path])[0]
    finding = Finding("P13", f"resident memory of the ingest of one EPCIS file of {size:,} bytes, {events:,} events", "MiB")
    finding.systems["lotledger, at most"] = series([watched.peak_kib / 1024])
    finding.bars.append(Bar("MiB at most", watched.peak_kib / 1024, MEMORY_MAX_KIB / 1024, at_least=False))
    finding.notes.append(f"{events / watched.seconds:,.0f} events/s, {size / watched.seconds / 1e6:.1f} MB/s, durable and folded")
    path.unlink()
    return [finding]


def write_epcis(path: Path, size: int) -> int:
    """An EPCIS 2.0 document of at least so many bytes; how many events it has."""
    events = 0
    with open(path, "w", encoding="utf-8") as file:
        file.write('{"@context":["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"],"type":"EPCISDocument",'
                   '"schemaVersion":"2.0","creationDate":"2026-03-02T00:00:00Z","epcisBody":{"eventList":[\n')
        while file.tell() < size:
            file.write(",\n" if events else "")
            file.write("".join(epcis_event(events + one) + (",\n" if one < 999 else "") for one in range(1000)))
            events += 1000
        file.write("\n]}}\n")
    return events


def epcis_event(number: int) -> str:
    """A lot becomes another one."""
    return ('{"type":"TransformationEvent","eventID":"urn:uuid:00000000-0000-4000-8000-%012x","eventTime":"2026-03-02T08:15:00Z",'
            '"eventTimeZoneOffset":"+00:00","inputQuantityList":[{"epcClass":"urn:epc:class:lgtin:4012345.011111.R%d","quantity":1.5,'
            '"uom":"KGM"}],"outputQuantityList":[{"epcClass":"urn:epc:class:lgtin:4012345.022222.S%d","quantity":12}],'
            '"bizStep":"commissioning","readPoint":{"id":"urn:epc:id:sgln:4012345.00001.0"},'
            '"bizLocation":{"id":"urn:epc:id:sgln:4012345.00001.0"}}' % (number, number // 10, number))


def growth_answer(nodes: int) -> int:
    """Nodes of the answer of P9: a quarter of its smallest graph holds it."""
    return min(10_000, sizes_of(nodes)[0] // 4)


def sizes_of(nodes: int) -> list[int]:
    """A hundredth, a tenth and all."""
    return sorted({max(nodes // divisor, NODES_MIN) for divisor in (100, 10, 1)})


def growth_target(session: Session) -> list[Finding]:
    """P9: the cost of an event and of a node of the answer."""
    events = Finding("P9", "cost of an event in bulk ingest, by size of the ledger", "ns per event")
    nodes = Finding("P9", "cost of a node of an answer of one size, whole process, by size of the ledger", "ns per node")
    walked = Finding("P9", "the same in a process that is open, ids and bounds", "ns per node")
    for size in sizes_of(session.graph.nodes_wanted):
        measure_size(session if size == session.graph.nodes_wanted else smaller(session, size), events, nodes, walked)
    for finding in (events, nodes, walked):
        medians = [figures.median for figures in finding.systems.values()]
        finding.bars.append(Bar("between the dearest and the cheapest", max(medians) / min(medians), FLAT, at_least=False))
    return [events, nodes, walked]


def smaller(session: Session, nodes: int) -> Session:
    """A ledger of a smaller graph."""
    folder = session.scratch / f"growth-{nodes}"
    graph = Graph.make(session.programs, folder / "graph", nodes, session.graph.seed, growth_answer(session.graph.nodes_wanted))
    small = Session(session.programs, folder, session.rounds, graph, None, None)
    small.fill()
    return small


def measure_size(session: Session, events: Finding, nodes: Finding, walked: Finding) -> None:
    """One column of the three findings."""
    root = session.graph.roots[OF_GROWTH]
    size = root["now"]["units"] + root["now"]["orders"]
    column = f"at {session.graph.rows:,} events"
    events.systems[column] = series([session.ingested.seconds * 1e9 / session.graph.rows])
    asking = ("trace", "down", root["ref"], "--rows", "nodes", "-o", "csv")
    seconds = [session.ledger.seconds(*asking) for _ in range(session.rounds + 1)][1:]
    nodes.systems[column] = series([value * 1e9 / size for value in seconds])
    nodes.notes.append(f"{size:,} nodes {column}")
    ledger = session.recall(session.rounds)[OF_GROWTH]["ledger"]
    walked.systems[column] = series([nanoseconds / size for nanoseconds in ids_and_bounds(ledger)])
