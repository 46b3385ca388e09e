"""The demo's own count of its plants against the program: scope, stock and balance of a small year.

    python3 tests/cli/demo.py PROGRAM
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

PROGRAM = Path()
SCRIPTS = Path(__file__).resolve().parents[2] / "scripts"


class Demo(unittest.TestCase):
    """One plant of 3,000 rows and events, in one ledger, repaired."""

    @classmethod
    def setUpClass(cls) -> None:
        cls.folder = tempfile.TemporaryDirectory(prefix="lotledger-demo-")
        cls.top = Path(cls.folder.name)
        cls.plant = cls.top / "plant"
        cls.run_program(0, "demo", "generate", str(cls.plant), "--events", "3000")
        cls.story = json.loads((cls.plant / "story.json").read_text(encoding="utf-8"))
        cls.run_program(0, "init", "--ledger", "D1", "--own-party", cls.story["own_party"])
        cls.run_program(7, "ingest", *[str(cls.plant / name) for name in cls.story_files()])
        cls.ask(8, "before.json", "recall", "scope", cls.story["bad_lot"])
        rows = cls.ask(0, "dlq.json", "dlq", "list")["rows"]
        assert len(rows) == 1, rows
        repaired = str(cls.plant / cls.story["repaired_row"])
        cls.run_program(0, "dlq", "retry", rows[0]["position"], "--file", repaired, "--reason", "decimal comma")

    @classmethod
    def tearDownClass(cls) -> None:
        cls.folder.cleanup()

    @classmethod
    def story_files(cls) -> list[str]:
        lines = (cls.plant / "MANIFEST.txt").read_text(encoding="utf-8").splitlines()
        return [line for line in lines if not line.startswith("#")]

    @classmethod
    def run_program(cls, code: int, *words: str) -> str:
        done = subprocess.run([PROGRAM, "--data", cls.top / "data", *words], capture_output=True, text=True)
        assert done.returncode == code, f"{words[:3]} ended with {done.returncode}\n{done.stdout[-500:]}{done.stderr[-500:]}"
        return done.stdout

    @classmethod
    def ask(cls, code: int, name: str, *words: str) -> dict:
        """An answer as JSON, kept under `name`."""
        text = cls.run_program(code, *words, "-o", "json")
        (cls.top / name).write_text(text, encoding="utf-8")
        return json.loads(text)

    def compare(self, code: int, script: str, *words: str) -> str:
        done = subprocess.run([sys.executable, SCRIPTS / script, *words], capture_output=True, text=True)
        self.assertEqual(done.returncode, code, done.stdout + done.stderr)
        return done.stdout

    def path(self, name: str) -> str:
        return str(self.top / name)

    def test_scope_before_and_after_the_repair(self) -> None:
        story = str(self.plant / "story.json")
        self.ask(0, "after.json", "recall", "scope", self.story["bad_lot"])
        self.compare(0, "demo_compare.py", story, "before_repair", self.path("before.json"))
        self.compare(0, "demo_compare.py", story, "after_repair", self.path("after.json"))
        self.compare(1, "demo_compare.py", story, "before_repair", self.path("after.json"))

    def test_stock_now_and_on_a_day(self) -> None:
        story = str(self.plant / "story.json")
        self.ask(0, "stock.json", "inventory")
        self.compare(0, "demo_stock.py", "stock", story, "stock", self.path("stock.json"))
        self.assertIn("DIFFERS", self.compare(1, "demo_stock.py", "stock", story, "stock_at_as_of", self.path("stock.json")))
        self.ask(0, "then.json", "inventory", "--as-of", self.story["as_of"])
        self.compare(0, "demo_stock.py", "stock", story, "stock_at_as_of", self.path("then.json"))

    def test_balances_now_and_on_a_day(self) -> None:
        story = str(self.plant / "story.json")
        for view, times in (("balances", []), ("balances_at_as_of", ["--as-of", self.story["as_of"]])):
            for counted in self.story[view]:
                self.ask(0, "balance.json", "balance", counted["lot"], *times)
                self.compare(0, "demo_stock.py", "balance", story, view, self.path("balance.json"))
        self.assertEqual(len(self.story["balances"]), 3)

    def test_a_backflushed_order_and_a_hold_placed_too_late(self) -> None:
        order = self.ask(0, "order.json", "order", "show", self.story["backflushed_order"])
        self.assertEqual({flow["basis"] for flow in order["inputs"]}, {"backflushed"})
        lot = self.ask(0, "lot.json", "lot", "show", self.story["late_hold_lot"])
        self.assertEqual([hold["id"] for hold in lot["holds"]], ["NC-2026-031"])


if __name__ == "__main__":
    PROGRAM = Path(sys.argv.pop()).resolve()
    unittest.main()
