"""What the fault tests share: the program under watch, a small plant, and its answers."""

from __future__ import annotations

import csv
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import unittest
from dataclasses import dataclass
from pathlib import Path

OK, NEGATIVE, NOT_FOUND, CONFLICT, UNAVAILABLE, INVALID, INCOMPLETE = 0, 1, 3, 5, 6, 7, 8
# Bounds a hang, and is no part of any other verdict: what runs here takes less than a second.
HANG_SECONDS = 120
PROGRAM = ""


@dataclass(frozen=True)
class Ended:
    """How one call ended; a negative code is the signal that killed it."""

    code: int
    out: str
    err: str

    def said(self) -> str:
        return self.out + self.err

    def json(self) -> dict:
        return json.loads(self.out)


def environment() -> dict[str, str]:
    return dict(os.environ, LANG="C.UTF-8", LOTLEDGER_ACTOR="qa.lee")


def call(data: Path, *words: str, prefix: tuple[str, ...] = (), **options) -> Ended:
    """Runs the program to its end. `prefix` is put before it: a command that limits or lowers what it may do."""
    try:
        done = subprocess.run([*prefix, PROGRAM, "--data", str(data), *words], capture_output=True, timeout=HANG_SECONDS,
                              env=environment(), **options)
    except subprocess.TimeoutExpired as hung:
        raise AssertionError(f"{words} hangs") from hung
    return Ended(done.returncode, done.stdout.decode("utf-8", "replace"), done.stderr.decode("utf-8", "replace"))


class Plant:
    """Generated source files of a year, and what the generator says of them."""

    def __init__(self, folder: Path, events: int) -> None:
        done = call(folder, "demo", "generate", str(folder), "--events", str(events))
        assert done.code == OK, done
        self.folder = folder
        self.story = json.loads((folder / "story.json").read_text(encoding="utf-8"))
        manifest = (folder / "MANIFEST.txt").read_text(encoding="utf-8").splitlines()
        self.files = [str(folder / line) for line in manifest if line and not line.startswith("#")]

    def merge(self) -> None:
        """One file of each kind instead of one a week: importing them is no longer mostly the landing of files."""
        kinds: dict[str, list[Path]] = {}
        for file in map(Path, self.files):
            kinds.setdefault(file.name, []).append(file)
        merged = self.folder / "merged"
        merged.mkdir()
        for name, files in kinds.items():
            (merge_rows if name.endswith(".csv") else merge_events)(files, merged / name)
        self.files = [str(merged / name) for name in kinds]

    @property
    def bad_lot(self) -> str:
        return self.story["bad_lot"]

    def ingest(self, data: Path, **options) -> Ended:
        return call(data, "ingest", "-o", "json", *self.files, **options)

    def questions(self) -> dict[str, tuple[str, ...]]:
        """One call of each kind of reading command; its answer depends on the ledger alone."""
        return {
            "trace": ("trace", "both", self.bad_lot, "-o", "json"),
            "recall scope": ("recall", "scope", self.bad_lot, "-o", "json"),
            "inventory": ("inventory", "-o", "json"),
            "balance": ("balance", self.bad_lot, "-o", "json"),
            "lot show": ("lot", "show", self.bad_lot, "-o", "json"),
            "lot list": ("lot", "list", "-o", "json"),
            "party list": ("party", "list", "-o", "json"),
            "find": ("find", self.story["lot_text"], "-o", "json"),
            "audit trail": ("audit", "trail", "-o", "json"),
            "event tail": ("event", "tail", "-o", "json"),
            "audit verify": ("audit", "verify", "-o", "json"),
            "projection verify": ("projection", "verify", "-o", "json"),
            "replay": ("replay", "run", "--diff", "live", "-o", "json"),
        }


def merge_rows(files: list[Path], to: Path) -> None:
    rows: list[list[str]] = []
    for file in files:
        with file.open(encoding="utf-8", newline="") as source:
            read = list(csv.reader(source))
        rows += read if not rows else read[1:]
    with to.open("w", encoding="utf-8", newline="") as target:
        csv.writer(target).writerows(rows)


def merge_events(files: list[Path], to: Path) -> None:
    documents = [json.loads(file.read_text(encoding="utf-8")) for file in files]
    for document in documents[1:]:
        documents[0]["epcisBody"]["eventList"] += document["epcisBody"]["eventList"]
    to.write_text(json.dumps(documents[0], ensure_ascii=False), encoding="utf-8")


def without_positions(answer: str) -> str:
    """An answer but for where and when its records were taken, which other records in between change. The plant's own times
    have no fractions of seconds."""
    answer = re.sub(r'"T1": "\d+"|T1:\d+(\.\d+)?|RULE-\d+', "", answer)
    return re.sub(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+Z", "", answer)


class Faults(unittest.TestCase):
    """A fresh folder for each test."""

    def setUp(self) -> None:
        self.root = Path(tempfile.mkdtemp(prefix="lotledger-faults-"))
        self.addCleanup(shutil.rmtree, self.root, True)
        self.data = self.root / "data"

    def run_ok(self, data: Path, *words: str, code: int = OK, **options) -> Ended:
        done = call(data, *words, **options)
        self.assertEqual(done.code, code, f"{words}: {done.said()}")
        return done

    def init(self, data: Path) -> None:
        self.run_ok(data, "init", "--ledger", "T1", "--records-per-segment", "128")

    def answers(self, plant: Plant, data: Path) -> dict[str, Ended]:
        return {name: call(data, *words) for name, words in plant.questions().items()}


def option(name: str, otherwise: str) -> str:
    """Takes `NAME VALUE` from the command line."""
    if name not in sys.argv:
        return otherwise
    at = sys.argv.index(name)
    sys.argv.pop(at)
    return sys.argv.pop(at)


def main() -> None:
    """`PROGRAM [TEST...]` on the command line of a file of tests."""
    global PROGRAM
    PROGRAM = os.path.abspath(sys.argv.pop(1))
    unittest.main(module="__main__", verbosity=2)
