"""The program under measurement: data folders, imports, answers."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

from machine import Watched

KINDS = ("receipts.csv", "consumption.csv", "production.csv")


@dataclass(frozen=True)
class Programs:
    """Where the programs were built."""

    folder: Path

    @property
    def lotledger(self) -> Path:
        """The program."""
        return self.folder / "lotledger"

    def bench(self, *words: object) -> dict:
        """One run of lotledger_bench; its JSON."""
        command = [str(self.folder / "bench" / "lotledger_bench"), *map(str, words)]
        done = subprocess.run(command, capture_output=True, text=True)
        if done.returncode != 0:
            raise RuntimeError(f"lotledger_bench {words[0]} ended with {done.returncode}: {done.stderr[-800:]}")
        return json.loads(done.stdout)


@dataclass(frozen=True)
class Ledger:
    """A data folder."""

    programs: Programs
    data: Path

    def command(self, *words: object) -> list[str]:
        """How to ask it."""
        return [str(self.programs.lotledger), "--data", str(self.data), *map(str, words)]

    def run(self, *words: object, codes: tuple[int, ...] = (0,)) -> str:
        """Runs a command; returns what it printed."""
        done = subprocess.run(self.command(*words), capture_output=True, text=True)
        if done.returncode not in codes:
            raise RuntimeError(f"lotledger {words[:3]} ended with {done.returncode}: {done.stderr[-800:]}")
        return done.stdout

    def create(self) -> Ledger:
        """A fresh ledger."""
        self.run("init", "--ledger", "BENCH")
        return self

    def ingest(self, files: list[Path]) -> tuple[Watched, dict]:
        """Takes files in one process: what it used, what it reported. Fails unless every row was accepted."""
        with Watched(self.command("ingest", *files, "-o", "json")) as watched:
            report = json.loads(watched.finish())
        wrong = {name: report[name] for name in ("duplicates", "rejected", "conflicts") if int(report[name]) != 0}
        if wrong:
            raise RuntimeError(f"not every row was accepted: {wrong}")
        return watched, report

    def trace(self, ref: str, *words: str) -> dict:
        """Units and orders of a trace down, as the command line tells them."""
        rows = list(csv.DictReader(io.StringIO(self.run("trace", "down", ref, "--rows", "nodes", "-o", "csv", *words))))
        units = sorted(row["ref"] for row in rows if row["type"] != "process")
        return {"units": len(units), "orders": len(rows) - len(units), "digest": digest_of(units)}

    def seconds(self, *words: object) -> float:
        """Wall time of a whole process whose answer nobody reads."""
        started = time.perf_counter()
        done = subprocess.run(self.command(*words), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        elapsed = time.perf_counter() - started
        if done.returncode != 0:
            raise RuntimeError(f"lotledger {words[:3]} ended with {done.returncode}: {done.stderr[-800:]}")
        return elapsed

    def digests(self) -> dict[str, str]:
        """Digest of each projection."""
        return {row["projection"]: row["digest"] for row in json.loads(self.run("projection", "list", "-o", "json"))["projections"]}


def digest_of(refs: list[str]) -> str:
    """SHA-256 over sorted references, each with a line feed behind it."""
    return hashlib.sha256("".join(f"{ref}\n" for ref in sorted(refs)).encode()).hexdigest()


def files_of_part(graph: Path, part: int) -> list[Path]:
    """Plain rows of a part, in the order in which they are numbered."""
    return [graph / f"part-{part:02}" / name for name in KINDS]
