"""The program as people run it: one ledger from files to answers, under kills, damage and a second command.

    python3 tests/cli/end_to_end.py PROGRAM
"""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest
from pathlib import Path

PROGRAM = ""


class Folder(unittest.TestCase):
    """A fresh data folder and a small plant for each test."""

    def setUp(self) -> None:
        self.root = Path(tempfile.mkdtemp(prefix="lotledger-e2e-"))
        self.addCleanup(shutil.rmtree, self.root, True)
        self.data = self.root / "data"

    def run_program(self, *words: str, code: int = 0, data: Path | None = None) -> str:
        done = subprocess.run([PROGRAM, "--data", str(data or self.data), *words], capture_output=True, text=True)
        self.assertEqual(done.returncode, code, f"{words}: {done.stdout}{done.stderr}")
        return done.stdout

    def answer(self, *words: str, code: int = 0, data: Path | None = None) -> dict:
        return json.loads(self.run_program(*words, "-o", "json", code=code, data=data))

    def plant(self, events: int = 1000) -> list[str]:
        folder = self.root / "plant"
        self.run_program("demo", "generate", str(folder), "--events", str(events))
        self.story = json.loads((folder / "story.json").read_text())
        self.repaired = folder / self.story["repaired_row"]
        return sorted(str(path) for path in folder.glob("*/*") if path.suffix in (".csv", ".json"))

    def digests(self, data: Path | None = None) -> dict:
        rows = self.answer("projection", "list", data=data)
        return {row["projection"]: row["digest"] for row in rows["projections"]}

    def segment(self) -> Path:
        return sorted(self.data.glob("ledgers/*/log/*.seg"))[-1]


class Story(Folder):
    def test_scope_grows_when_the_row_is_repaired(self) -> None:
        files = self.plant()
        self.run_program("init", "--ledger", "T1")
        report = self.answer("ingest", *files, code=7)
        self.assertEqual(report["rejected"], 1)
        bad = self.story["bad_lot"]
        before = self.answer("recall", "scope", "--lot", bad, code=8)
        self.assertFalse(before["complete"])
        position = before["position"]["T1"]
        row = self.answer("dlq", "list")["rows"][0]["position"]
        self.run_program("dlq", "retry", row, "--file", str(self.repaired), "--reason", "decimal comma")
        after = self.answer("recall", "scope", "--lot", bad)
        self.assertTrue(after["complete"])
        self.assertGreater(len(after["affected"]), len(before["affected"]))
        self.assertGreater(len(after["consignees"]), len(before["consignees"]))
        then = self.answer("recall", "scope", "--lot", bad, "--known-at", position, code=8)
        for name in ("affected", "consignees", "missing"):
            self.assertEqual(then[name], before[name], name)

    def test_every_writing_of_a_lot_gives_one_answer(self) -> None:
        self.run_program("init", "--ledger", "T1")
        self.answer("ingest", *self.plant(), code=7)
        answers = [self.answer("trace", "down", ref, code=8)["nodes"]
                   for ref in (self.story["bad_lot"], self.story["bad_lot_epc"], self.story["bad_lot_digital_link"])]
        self.assertEqual(answers[0], answers[1])
        self.assertEqual(answers[0], answers[2])
        self.run_program("trace", "down", self.story["lot_text"], code=2)
        self.run_program("trace", "down", "NOSUCH/LOT", code=3)

    def test_twice_and_in_another_order_changes_no_answer(self) -> None:
        files = self.plant()
        self.run_program("init", "--ledger", "T1")
        self.answer("ingest", *files, code=7)
        again = self.answer("ingest", *files)
        self.assertEqual(again["accepted"], 0)
        other = self.root / "other"
        self.run_program("init", "--ledger", "T1", data=other)
        shuffled = list(files)
        random.Random(7).shuffle(shuffled)
        self.answer("ingest", *shuffled, code=7, data=other)
        bad = self.story["bad_lot"]
        first = self.answer("recall", "scope", "--lot", bad, code=8)
        second = self.answer("recall", "scope", "--lot", bad, code=8, data=other)
        self.assertEqual([unit["ref"] for unit in first["affected"]], [unit["ref"] for unit in second["affected"]])
        party = lambda scope: {c["party"]: (c["units"], c["returned"]) for c in scope["consignees"]}
        self.assertEqual(party(first), party(second))

    def test_strict_takes_nothing(self) -> None:
        files = self.plant()
        self.run_program("init", "--ledger", "T1")
        self.answer("ingest", "--strict", *files, code=7)
        self.assertEqual(self.answer("audit", "verify")["records"], 1)

    def test_replay_and_rebuild_give_the_digests_of_live(self) -> None:
        self.run_program("init", "--ledger", "T1")
        position = self.answer("ingest", *self.plant(), code=7)["position"]["T1"]
        live = self.digests()
        self.run_program("replay", "run", "--to", position, "--diff", "live")
        self.run_program("projection", "rebuild")
        self.assertEqual(self.digests(), live)
        for store in self.data.glob("ledgers/*/store"):
            shutil.rmtree(store)
        self.assertTrue(self.answer("recall", "scope", "--lot", self.story["bad_lot"], code=8)["affected"])
        self.run_program("projection", "rebuild")
        self.assertEqual(self.digests(), live)
        self.run_program("projection", "verify")


class Faults(Folder):
    def test_killed_imports_lose_and_double_nothing(self) -> None:
        files = self.plant(3000)
        self.run_program("init", "--ledger", "T1")
        wanted = self.root / "wanted"
        self.run_program("init", "--ledger", "T1", data=wanted)
        self.answer("ingest", *files, code=7, data=wanted)
        chance = random.Random(11)
        for _ in range(12):
            process = subprocess.Popen([PROGRAM, "--data", str(self.data), "ingest", *files], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            # The moment only chooses where the kill falls; the verdict does not depend on it.
            try:
                process.wait(timeout=chance.uniform(0.01, 0.4))
            except subprocess.TimeoutExpired:
                process.send_signal(signal.SIGKILL)
                process.wait()
            self.assertTrue(self.answer("audit", "verify")["ok"])
        self.run_program("ingest", *files, code=0 if self.rejected_before() else 7)
        self.assertEqual(self.answer("audit", "verify")["records"], self.answer("audit", "verify", data=wanted)["records"])
        bad = self.story["bad_lot"]
        mine = self.answer("recall", "scope", "--lot", bad, code=8)
        theirs = self.answer("recall", "scope", "--lot", bad, code=8, data=wanted)
        self.assertEqual([unit["ref"] for unit in mine["affected"]], [unit["ref"] for unit in theirs["affected"]])
        self.run_program("projection", "verify")

    def rejected_before(self) -> bool:
        return len(self.answer("dlq", "list")["rows"]) > 0

    def test_a_flipped_byte_is_named(self) -> None:
        self.run_program("init", "--ledger", "T1")
        self.answer("ingest", *self.plant(), code=7)
        path = self.segment()
        size = path.stat().st_size
        chance = random.Random(5)
        for offset in [chance.randrange(4000, size - 200) for _ in range(15)]:
            original = path.read_bytes()
            changed = bytearray(original)
            changed[offset] ^= 0x20
            path.write_bytes(changed)
            found = self.answer("audit", "verify", code=1)
            self.assertFalse(found["ok"])
            self.assertEqual(found["first_bad"]["ledger"], "T1")
            self.assertRegex(str(found["first_bad"]["seq"]), r"^\d+$")
            path.write_bytes(original)
        self.assertTrue(self.answer("audit", "verify")["ok"])

    def test_a_hold_during_an_import_goes_through_the_writer(self) -> None:
        files = self.plant(20000)
        self.run_program("init", "--ledger", "T1")
        process = subprocess.Popen([PROGRAM, "--data", str(self.data), "ingest", *files], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        sockets = []
        while process.poll() is None and not sockets:
            sockets = list(self.data.glob("ledgers/*/writer.sock"))
            time.sleep(0)
        placed = 0
        while process.poll() is None and placed < 3:
            done = subprocess.run([PROGRAM, "--data", str(self.data), "lot", "hold", self.story["bad_lot"], "--kind", "recall", "--hold-id", f"H{placed}",
                                   "--reason", "test"], capture_output=True, text=True)
            self.assertIn(done.returncode, (0, 6), done.stderr)
            placed += done.returncode == 0
        process.wait()
        self.assertEqual(process.returncode, 7)
        if placed == 0:
            self.run_program("lot", "hold", self.story["bad_lot"], "--kind", "recall", "--hold-id", "H0", "--reason", "test")
        self.assertTrue(self.answer("audit", "verify")["ok"])
        self.run_program("projection", "verify")
        shown = self.answer("lot", "show", self.story["bad_lot"])
        self.assertIn("H0", json.dumps(shown))
        self.run_program("lot", "hold", self.story["bad_lot"], "--hold-id", "H0", "--reason", "again", code=4)

    def test_a_folder_that_cannot_be_written_says_so(self) -> None:
        if os.geteuid() == 0:
            self.skipTest("root may write anywhere")
        self.data.mkdir()
        self.data.chmod(0o500)
        self.run_program("init", "--ledger", "T1", code=6)


if __name__ == "__main__":
    PROGRAM = os.path.abspath(sys.argv.pop(1))
    unittest.main(verbosity=2)
