"""The graph and its rows as tables: what PostgreSQL and SQLite are asked."""

from __future__ import annotations

import csv
import shutil
import sqlite3
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

from postgres import Postgres
from program import digest_of

# Rows per transaction of a bulk load.
BATCH = 10_000

POSTGRES_GRAPH = """
CREATE TABLE node(id int PRIMARY KEY, ref text NOT NULL, is_order int NOT NULL);
CREATE TABLE edge(source int NOT NULL, target int NOT NULL, seq bigint NOT NULL);
\\copy node FROM '{folder}/nodes.csv' (FORMAT csv)
\\copy edge FROM '{folder}/edges.csv' (FORMAT csv)
CREATE INDEX ON edge(source) INCLUDE (target, seq);
VACUUM (ANALYZE) node;
VACUUM (ANALYZE) edge;
"""
SQLITE_GRAPH = """
CREATE TABLE node(id INTEGER PRIMARY KEY, ref TEXT NOT NULL, is_order INTEGER NOT NULL);
CREATE TABLE edge(source INTEGER NOT NULL, target INTEGER NOT NULL, seq INTEGER NOT NULL,
                  PRIMARY KEY(source, target, seq)) WITHOUT ROWID;
"""
# An audit row per event, and a stock row per unit.
POSTGRES_EVENTS = """
DROP TABLE IF EXISTS audit;
DROP TABLE IF EXISTS stock;
CREATE TABLE audit(seq bigint PRIMARY KEY, id text NOT NULL, kind text NOT NULL, at timestamptz NOT NULL,
                   reported_at timestamptz NOT NULL, order_id text, operation text, unit text NOT NULL, quantity numeric NOT NULL,
                   uom text NOT NULL, basis text, location text);
CREATE TABLE stock(unit text PRIMARY KEY, quantity numeric NOT NULL);
CHECKPOINT;
"""
SQLITE_EVENTS = """
CREATE TABLE audit(seq INTEGER PRIMARY KEY, id TEXT NOT NULL, kind TEXT NOT NULL, at TEXT NOT NULL, reported_at TEXT NOT NULL,
                   order_id TEXT, operation TEXT, unit TEXT NOT NULL, quantity NUMERIC NOT NULL, uom TEXT NOT NULL, basis TEXT, location TEXT);
CREATE TABLE stock(unit TEXT PRIMARY KEY, quantity NUMERIC NOT NULL) WITHOUT ROWID;
"""
UPSERT = """INSERT INTO stock SELECT unit, sum(quantity) FROM audit WHERE seq BETWEEN {first} AND {last} GROUP BY unit
ON CONFLICT (unit) DO UPDATE SET quantity = stock.quantity + excluded.quantity"""
SQLITE_DURABILITY = "journal_mode=WAL, synchronous=FULL"


def walk(root: int, last_seq: int | None) -> str:
    """Everything below a root, as of the first `last_seq` rows; to be followed by a SELECT from `reached`."""
    past = f" AND edge.seq <= {last_seq}" if last_seq is not None else ""
    return (f"WITH RECURSIVE reached(id) AS (SELECT {root} UNION "
            f"SELECT edge.target FROM reached JOIN edge ON edge.source = reached.id{past})")


def count_below(root: int, last_seq: int | None, units: int) -> str:
    """How many units and orders a walk reaches: nothing is sent but two numbers."""
    return (f"{walk(root, last_seq)} SELECT sum(CASE WHEN id < {units} THEN 1 ELSE 0 END), "
            f"sum(CASE WHEN id < {units} THEN 0 ELSE 1 END) FROM reached")


def rows_below(root: int, last_seq: int | None) -> str:
    """The same with their references."""
    return f"{walk(root, last_seq)} SELECT node.ref, node.is_order FROM reached JOIN node ON node.id = reached.id"


def answer_of(rows: list[tuple[str, int]]) -> dict:
    """Units and orders of an answer, told as the program's are."""
    units = [ref for ref, is_order in rows if not int(is_order)]
    return {"units": len(units), "orders": len(rows) - len(units), "digest": digest_of(units)}


def load_postgres_graph(postgres: Postgres, graph: Path) -> None:
    """Nodes and edges, indexed, vacuumed."""
    postgres.run(POSTGRES_GRAPH.format(folder=graph))


def postgres_answer(postgres: Postgres, root: int, last_seq: int | None) -> dict:
    """What it says is below a root."""
    lines = postgres.run(rows_below(root, last_seq) + ";").splitlines()
    return answer_of([tuple(line.split("|")) for line in lines])


class Sqlite:
    """A database file, durable, with memory for all of it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.connection = sqlite3.connect(path, isolation_level=None)
        self.connection.execute("PRAGMA journal_mode=WAL")
        self.connection.execute("PRAGMA synchronous=FULL")
        self.connection.execute("PRAGMA cache_size=-1000000")
        self.connection.execute("PRAGMA mmap_size=8000000000")

    def close(self) -> None:
        """Ends it."""
        self.connection.close()

    def load_graph(self, graph: Path) -> None:
        """Nodes and edges."""
        self.connection.executescript(SQLITE_GRAPH)
        self.connection.execute("BEGIN")
        for table, columns in (("node", "?,?,?"), ("edge", "?,?,?")):
            with open(graph / f"{table}s.csv", encoding="utf-8", newline="") as file:
                self.connection.executemany(f"INSERT INTO {table} VALUES ({columns})", csv.reader(file))
        self.connection.execute("COMMIT")
        self.connection.execute("ANALYZE")

    def answer(self, root: int, last_seq: int | None) -> dict:
        """What it says is below a root."""
        return answer_of(self.connection.execute(rows_below(root, last_seq)).fetchall())

    def times_ms(self, sql: str, rounds: int) -> list[float]:
        """How long one statement takes, round by round, after it ran once."""
        times = []
        for _ in range(rounds + 1):
            started = time.perf_counter()
            self.connection.execute(sql).fetchall()
            times.append((time.perf_counter() - started) * 1000)
        return times[1:]

    def load_events(self, graph: Path, parts: int) -> float:
        """Seconds to store all rows, 10,000 per durable transaction; reading the files does not count."""
        self.connection.executescript(SQLITE_EVENTS)
        seconds = 0.0
        for batch in batches(graph, parts):
            started = time.perf_counter()
            self.connection.execute("BEGIN")
            self.connection.executemany(f"INSERT INTO audit VALUES ({','.join('?' * 12)})", batch)
            self.connection.execute(UPSERT.format(first=batch[0][0], last=batch[-1][0]))
            self.connection.execute("COMMIT")
            seconds += time.perf_counter() - started
        return seconds


def batches(graph: Path, parts: int) -> Iterator[list[list[str]]]:
    """Rows of all parts, in batches of one transaction."""
    batch: list[list[str]] = []
    for part in range(parts):
        with open(graph / f"part-{part:02}" / "events.csv", encoding="utf-8", newline="") as file:
            for row in csv.reader(file):
                batch.append(row)
                if len(batch) == BATCH:
                    yield batch
                    batch = []
    if batch:
        yield batch


def write_postgres_load(graph: Path, parts: int, script: Path) -> None:
    """A script of psql that loads all rows by COPY, a transaction per batch."""
    with open(script, "w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out, lineterminator="\n")
        for batch in batches(graph, parts):
            out.write("BEGIN;\nCOPY audit FROM STDIN (FORMAT csv);\n")
            writer.writerows(batch)
            out.write("\\.\n" + UPSERT.format(first=batch[0][0], last=batch[-1][0]) + ";\nCOMMIT;\n")


def has_sqlite_program() -> bool:
    """The library is Python's; its program is a package of its own."""
    return shutil.which("sqlite3") is not None


def sqlite_process(path: Path, sql: str) -> float:
    """Seconds of a whole sqlite3 process that answers."""
    started = time.perf_counter()
    subprocess.run(["sqlite3", "-batch", str(path), sql], stdout=subprocess.DEVNULL, check=True)
    return time.perf_counter() - started


def psql_process(postgres: Postgres, sql: str) -> float:
    """Seconds of a whole psql process that answers."""
    started = time.perf_counter()
    subprocess.run(postgres.psql("-c", sql), stdout=subprocess.DEVNULL, check=True)
    return time.perf_counter() - started
