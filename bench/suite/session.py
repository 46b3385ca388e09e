"""What one run stands on: the graph, the ledger and the databases that hold it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from machine import Series, Watched, say
from postgres import Postgres
from program import Ledger, Programs, files_of_part
from tables import Sqlite, load_postgres_graph, postgres_answer


# Sizes of the answers that are asked for, by their place in Graph.roots. That of P9 fits into the smallest of its graphs.
SMALL, MIDDLE, LARGE, OF_GROWTH = range(4)
NODES_MIN = 2000


@dataclass
class Graph:
    """A graph on disk."""

    folder: Path
    nodes_wanted: int
    seed: int
    about: dict  # What lotledger_bench says of it.

    @classmethod
    def make(cls, programs: Programs, folder: Path, nodes: int, seed: int, growth_answer: int) -> Graph:
        """Writes its files."""
        folder.mkdir(parents=True)
        say(f"a graph of {nodes:,} nodes in {folder}")
        answers = ",".join(str(min(size, nodes // 4)) for size in (100, 10_000, nodes, growth_answer))
        about = programs.bench("graph", "--nodes", nodes, "--seed", seed, "--out", folder, "--answers", answers)
        return cls(folder, nodes, seed, about)

    @property
    def roots(self) -> list[dict]:
        """Lots to ask for, by size of the answer."""
        return self.about["roots"]

    @property
    def rows(self) -> int:
        """Events."""
        return self.about["rows"]

    @property
    def parts(self) -> int:
        """Files come in so many parts."""
        return len(self.about["part_ends"])

    @property
    def past_parts(self) -> int:
        """The past that is asked for: so many of them were in."""
        return self.parts * 3 // 4

    @property
    def past_rows(self) -> int:
        """Rows of that past."""
        return self.about["part_ends"][self.past_parts - 1]

    @property
    def files(self) -> list[Path]:
        """For the program, in their order."""
        return [file for part in range(self.parts) for file in files_of_part(self.folder, part)]


@dataclass
class Session:
    """One run. A database that was left out is None."""

    programs: Programs
    scratch: Path
    rounds: int
    graph: Graph
    postgres: Postgres | None
    sqlite: Sqlite | None
    ledger: Ledger | None = None
    known_at: str = ""
    ingested: Watched | None = None  # How the ledger was filled first.

    def fill(self) -> None:
        """The graph into the ledger and the databases."""
        self.ledger = Ledger(self.programs, self.scratch / "ledger").create()
        say(f"ingest of {self.graph.rows:,} rows")
        self.ingested, report = self.ledger.ingest(self.graph.files)
        if int(report["accepted"]) != self.graph.rows:
            raise RuntimeError(f"{report['accepted']} of {self.graph.rows} rows were accepted")
        # Records that are no rows come before them: the one that creates the ledger.
        end = int(report["position"]["BENCH"])
        self.known_at = f"BENCH:{end - self.graph.rows + self.graph.past_rows}"
        if self.postgres:
            say("the graph into PostgreSQL")
            load_postgres_graph(self.postgres, self.graph.folder)
        if self.sqlite:
            say("the graph into SQLite")
            self.sqlite.load_graph(self.graph.folder)

    def recall(self, rounds: int) -> list[dict]:
        """Arrays and ledger in one process, by root."""
        roots = ",".join(str(root["id"]) for root in self.graph.roots)
        return self.programs.bench(
            "recall", "--nodes", self.graph.nodes_wanted, "--seed", self.graph.seed, "--data", self.ledger.data, "--roots", roots,
            "--past-parts", self.graph.past_parts, "--known-at", self.known_at, "--rounds", rounds)["roots"]

    def check_answers(self) -> list[dict]:
        """Every system gives the same answer for every root, now and in the past; what they are."""
        agreed = []
        for root in self.recall(1):
            for when, last_seq in (("now", None), ("past", self.graph.past_rows)):
                answers = self.answers(root, when, last_seq)
                if len({str(answer) for answer in answers.values()}) != 1:
                    raise RuntimeError(f"answers below {root['ref']} ({when}) differ: {answers}")
                agreed.append({"root": root["ref"], "when": when, "systems": list(answers), **answers["arrays"]})
                say(f"all agree on what is below {root['ref']} ({when}): {answers['arrays']['units']:,} units, "
                    f"{answers['arrays']['orders']:,} orders")
        return agreed

    def answers(self, root: dict, when: str, last_seq: int | None) -> dict[str, dict]:
        """By system."""
        past = when == "past"
        answers = {"arrays": root["arrays_past" if past else "arrays"]["answer"],
                   "lotledger in process": root["ledger_past" if past else "ledger"]["answer"],
                   "lotledger": self.ledger.trace(root["ref"], *(["--known-at", self.known_at] if past else []))}
        if self.postgres:
            answers["postgresql"] = postgres_answer(self.postgres, root["id"], last_seq)
        if self.sqlite:
            answers["sqlite"] = self.sqlite.answer(root["id"], last_seq)
        return answers


def series(values: list[float]) -> Series:
    """Figures as a series."""
    return Series(list(values))


def ids_and_bounds(walked: dict) -> list[int]:
    """Nanoseconds of a walk in the ledger, round by round: what is reached, and how much of the root it may hold."""
    return [ids + bounds for ids, bounds in zip(walked["ids_ns"], walked["bounds_ns"])]
