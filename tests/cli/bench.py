"""That `bench/run` works: it compares answers before it times, tells every target, and notices a wrong answer. Says nothing of
speed. PostgreSQL takes part where it is installed.

    python3 tests/cli/bench.py BUILD_FOLDER
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

TOP = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(TOP / "bench" / "suite"))

from postgres import BINARIES  # noqa: E402
from program import Programs  # noqa: E402
from results import BEGIN, END, Bar, Finding, Results  # noqa: E402
from session import Graph, Session  # noqa: E402
from tables import Sqlite  # noqa: E402

BUILD = Path()
NODES = 2000
TARGETS = {"P1", "P2", "P3", "P4", "P5", "P6", "P7", "P8", "P9", "P13"}


class WholeRun(unittest.TestCase):
    """All targets on a tiny graph."""

    @classmethod
    def setUpClass(cls) -> None:
        folder = tempfile.TemporaryDirectory(prefix="lotledger-bench-test-")
        cls.addClassCleanup(folder.cleanup)
        cls.out = Path(folder.name) / "out"
        cls.scratch = Path(folder.name) / "scratch"
        cls.scratch.mkdir()
        Path(folder.name).chmod(0o711)
        cls.scratch.chmod(0o711)
        cls.postgres = (BINARIES / "initdb").exists()
        command = [TOP / "bench" / "run", "--build", BUILD, "--scale", "0.002", "--rounds", "1", "--seconds", "1",
                   "--out", cls.out, "--scratch", cls.scratch, *([] if cls.postgres else ["--without", "postgresql"])]
        done = subprocess.run(command, capture_output=True, text=True)
        assert done.returncode == 0, f"bench/run ended with {done.returncode}\n{done.stderr[-2000:]}"
        cls.results = json.loads((cls.out / "results.json").read_text(encoding="utf-8"))
        cls.printed = done.stdout

    def test_every_target_is_told_with_a_verdict(self) -> None:
        findings = self.results["findings"]
        self.assertEqual({finding["target"] for finding in findings}, TARGETS)
        judged = {finding["target"] for finding in findings if finding["verdict"] != "no target"}
        self.assertEqual(judged, TARGETS)
        for finding in findings:
            self.assertGreater(len(finding["systems"]), 0, finding["work"])
            for system, figures in finding["systems"].items():
                self.assertLessEqual(figures["least"], figures["median"], system)
                self.assertLessEqual(figures["median"], figures["most"], system)

    def test_all_systems_gave_the_same_answers(self) -> None:
        answers = self.results["equal_answers"]
        systems = {"arrays", "lotledger in process", "lotledger", "sqlite"} | ({"postgresql"} if self.postgres else set())
        self.assertEqual(len(answers), 8)  # Four roots, now and in the past.
        for answer in answers:
            self.assertEqual(set(answer["systems"]), systems)
            self.assertRegex(answer["digest"], "^[0-9a-f]{64}$")
        largest = max(answer["units"] + answer["orders"] for answer in answers)
        self.assertGreater(largest, 500)

    def test_the_past_is_another_answer_than_today(self) -> None:
        by_time = {when: [answer["digest"] for answer in self.results["equal_answers"] if answer["when"] == when]
                   for when in ("now", "past")}
        self.assertNotEqual(by_time["now"], by_time["past"])

    def test_versions_durability_and_sizes_are_told(self) -> None:
        self.assertEqual(self.results["scale"], 0.002)
        self.assertIn("fdatasync", self.results["durability"]["lotledger"])
        self.assertIn("sqlite", self.results["versions"])
        self.assertGreater(self.results["graph"]["edges"], 4 * self.results["graph"]["nodes"])

    def test_the_table_is_printed_and_written(self) -> None:
        self.assertEqual(self.printed, (self.out / "results.txt").read_text(encoding="utf-8"))
        self.assertIn("| P13 |", self.printed)

    def test_nothing_is_left_behind(self) -> None:
        self.assertEqual(os.listdir(self.scratch), [])


class Answers(unittest.TestCase):
    """The comparison before the timing."""

    @classmethod
    def setUpClass(cls) -> None:
        folder = tempfile.TemporaryDirectory(prefix="lotledger-bench-test-")
        cls.addClassCleanup(folder.cleanup)
        scratch = Path(folder.name)
        programs = Programs(BUILD)
        graph = Graph.make(programs, scratch / "graph", NODES, 5, 100)
        cls.session = Session(programs, scratch, 1, graph, None, Sqlite(scratch / "graph.sqlite"))
        cls.addClassCleanup(cls.session.sqlite.close)
        cls.session.fill()

    def test_a_wrong_answer_ends_the_run_and_names_the_root(self) -> None:
        self.session.check_answers()
        root = self.session.graph.roots[0]
        self.session.sqlite.connection.execute("BEGIN")
        self.session.sqlite.connection.execute("DELETE FROM edge WHERE source = ?", (root["id"],))
        with self.assertRaisesRegex(RuntimeError, f"answers below {root['ref']} \\((now|past)\\) differ"):
            self.session.check_answers()
        self.session.sqlite.connection.execute("ROLLBACK")

    def test_rows_that_are_not_accepted_end_the_run(self) -> None:
        with self.assertRaisesRegex(RuntimeError, "not every row was accepted: {'duplicates': "):
            self.session.ledger.ingest(self.session.graph.files[:1])

    def test_another_seed_is_another_graph_and_the_same_one_the_same(self) -> None:
        def roots(name: str, seed: int) -> list[dict]:
            return Graph.make(self.session.programs, self.session.scratch / name, NODES, seed, 100).roots
        self.assertEqual(roots("same", 5), self.session.graph.roots)
        self.assertNotEqual(roots("other", 6), self.session.graph.roots)


class Verdicts(unittest.TestCase):
    """When a target is reached."""

    def test_a_figure_on_the_bar_reaches_it(self) -> None:
        rows = [("below", 39.9, True, "missed"), ("on it", 40.0, True, "reached"), ("above", 40.1, True, "reached"),
                ("less is better", 39.9, False, "reached"), ("on it", 40.0, False, "reached"), ("too much", 40.1, False, "missed")]
        for name, value, at_least, verdict in rows:
            with self.subTest(name, at_least=at_least):
                self.assertEqual(Finding("P3", "work", "ms", bars=[Bar("times", value, 40, at_least)]).verdict, verdict)

    def test_one_missed_bar_is_a_missed_target(self) -> None:
        finding = Finding("P1", "work", "events/s", bars=[Bar("times", 2, 1.5), Bar("events/s", 100, 200_000)])
        self.assertEqual(finding.verdict, "missed")
        self.assertIn("missed", finding.cells())

    def test_the_table_replaces_the_last_one_only(self) -> None:
        about = {"date": "2026-01-01", "scale": 1, "seed": 1, "graph": {"nodes": 1, "edges": 1, "rows": 1}, "versions": {},
                 "durability": {}, "machine": {"processor": "p", "cores": 2, "memory_kib": 0, "system": "s", "load_before": [0.0]}}
        with tempfile.TemporaryDirectory() as folder:
            document = Path(folder) / "document.txt"
            document.write_text(f"before\n{BEGIN}\nold\n{END}\nafter\n", encoding="utf-8")
            Results(about).publish(document)
            text = document.read_text(encoding="utf-8")
            self.assertTrue(text.startswith(f"before\n{BEGIN}\n2026-01-01"))
            self.assertTrue(text.endswith(f"{END}\nafter\n"))
            self.assertNotIn("old", text)
            document.write_text("no place", encoding="utf-8")
            with self.assertRaisesRegex(RuntimeError, "has no place for the table"):
                Results(about).publish(document)


if __name__ == "__main__":
    BUILD = Path(sys.argv.pop(1))
    unittest.main()
