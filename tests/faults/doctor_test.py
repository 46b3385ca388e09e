"""`doctor`: what it finds in a data folder, and that it mends no more than is safe, after asking.

    python3 tests/faults/doctor_test.py PROGRAM [TEST...]
"""

from __future__ import annotations

import os
import pty
import shutil
import subprocess
import time
from pathlib import Path

import support
from support import INVALID, NEGATIVE, OK, Faults, Plant, call


class Doctor(Faults):
    def setUp(self) -> None:
        super().setUp()
        self.plant = Plant(self.root / "plant", 1000)
        self.plant.merge()
        # The row that the demo's year needs repaired would need attention in every test.
        self.plant.files = [file for file in self.plant.files if Path(file).name not in ("consumption.csv",)]
        self.init(self.data)
        self.run_ok(self.data, "ingest", *self.plant.files)
        self.wanted = self.answers(self.plant, self.data)

    def look(self, *words: str) -> tuple[int, list[dict]]:
        done = call(self.data, "doctor", *words, "-o", "json")
        return done.code, done.json()["checks"]

    def findings(self, *words: str) -> list[dict]:
        """What needs attention; the exit code says whether anything does."""
        code, checks = self.look(*words)
        found = [check for check in checks if not check["good"]]
        self.assertEqual(code, NEGATIVE if found else OK)
        return found

    def the_finding(self, *words: str) -> dict:
        found = self.findings(*words)
        self.assertEqual(len(found), 1, found)
        return found[0]

    def assert_mended(self, *files: str) -> None:
        self.run_ok(self.data, "doctor", "--repair", "--yes", *files)
        self.assertEqual(self.findings(), [])
        for name, answer in self.answers(self.plant, self.data).items():
            self.assertEqual((answer.code, answer.out), (self.wanted[name].code, self.wanted[name].out), name)

    def flip(self, path: Path, at: int) -> None:
        content = bytearray(path.read_bytes())
        content[at] ^= 0x10
        path.write_bytes(content)

    def segments(self) -> list[Path]:
        return sorted(self.data.glob("ledgers/*/log/*.seg"))

    def table(self, store: str) -> Path:
        return max(self.data.glob(f"ledgers/*/store/{store}/*/*.sst"), key=lambda path: path.stat().st_size)

    def test_a_sound_folder(self) -> None:
        code, checks = self.look()
        self.assertEqual(code, OK)
        said = {check["check"]: check["detail"] for check in checks}
        self.assertIn("production", said["T1 ledger"])
        self.assertRegex(said["T1 log"], r"records T1:0 to T1:\d+, durable; epoch 1, writer [0-9a-f]{16}")
        self.assertRegex(said["T1 segments"], r"\d+ segment\(s\), \d+ records: every byte verified")
        self.assertRegex(said["landed files"], r"^\d+ whole$")
        self.assertRegex(said["keys"], r"^\d+ whole$")
        self.assertRegex(said["T1 store genealogy"], r"fold version \d+, stands at T1:\d+, 0 records behind the log")
        self.assertEqual(self.findings("--quick"), [])
        self.assertIn("正常", call(self.data, "--lang", "zh", "doctor").out)

    def test_a_damaged_segment_is_named_and_left_alone(self) -> None:
        damaged = self.segments()[2]
        self.flip(damaged, 1000)
        before = damaged.read_bytes()
        found = self.findings()
        self.assertTrue(any(str(damaged) in finding["detail"] for finding in found), found)
        self.assertEqual([finding["repair"] for finding in found], [None] * len(found))
        self.run_ok(self.data, "doctor", "--repair", "--yes", code=NEGATIVE)
        self.assertEqual(damaged.read_bytes(), before)

    def test_two_damaged_segments_are_both_named(self) -> None:
        for segment in (self.segments()[1], self.segments()[3]):
            self.flip(segment, 2000)
        details = " ".join(finding["detail"] for finding in self.findings())
        for segment in (self.segments()[1], self.segments()[3]):
            self.assertIn(str(segment), details)

    def test_the_first_segment_and_head_gone(self) -> None:
        self.segments()[0].rename(self.root / "first")
        details = " ".join(finding["detail"] for finding in self.findings())
        self.assertIn(self.segments()[0].parent.as_posix(), details)
        (self.root / "first").rename(self.segments()[0].with_name("0" * 20 + ".seg"))
        self.assertEqual(self.findings(), [])
        head = self.segments()[0].with_name("head")
        head.unlink()
        self.assertIn(str(head), " ".join(finding["detail"] for finding in self.findings()))

    def test_the_whole_log_gone(self) -> None:
        log = self.segments()[0].parent
        log.rename(self.root / "log")
        found = self.run_ok(self.data, "audit", "verify", "-o", "json", code=NEGATIVE).json()
        self.assertEqual(found["first_bad"]["file"], str(log))
        self.assertIn(str(log), " ".join(finding["detail"] for finding in self.findings()))
        self.assertEqual(call(self.data, "lot", "list").code, INVALID)
        self.assertEqual(call(self.data, "ingest", *self.plant.files).code, INVALID)

    def test_one_slot_of_head(self) -> None:
        head = self.segments()[0].with_name("head")
        for at in (100, 5000):
            self.flip(head, at)
            self.assertIn(str(head), self.the_finding()["detail"])
            self.assert_mended()

    def test_a_torn_tail(self) -> None:
        last = self.segments()[-1]
        size = last.stat().st_size
        with last.open("ab") as file:
            file.write(b"\x55" * 100)
        finding = self.the_finding()
        self.assertIn("100 bytes behind record T1:", finding["detail"])
        self.assertIn("cut 100 bytes", finding["repair"])
        self.run_ok(self.data, "doctor", "--repair", "--dry-run", code=NEGATIVE)
        self.assertEqual(last.stat().st_size, size + 100)
        self.assert_mended()
        self.assertEqual(last.stat().st_size, size)

    def test_a_damaged_store_is_folded_anew(self) -> None:
        for store in ("facts", "genealogy", "batch_record", "audit_trail", "search"):
            self.flip(self.table(store), self.table(store).stat().st_size // 2)
            finding = [found for found in self.findings() if found["repair"]]
            self.assertEqual([found["check"] for found in finding], [f"T1 store {store}"])
            self.assert_mended()

    def test_a_damaged_snapshot_is_written_anew(self) -> None:
        self.run_ok(self.data, "projection", "rebuild", "genealogy")
        self.assertEqual(self.findings(), [])
        for which in ("head", "names", "offsets", "nodes", "links", "facts", "rest"):
            with self.subTest(file=which):
                [path] = self.data.glob(f"ledgers/*/store/genealogy/graph/*.{which}")
                self.flip(path, path.stat().st_size // 2)
                for name, answer in self.answers(self.plant, self.data).items():
                    self.assertEqual((answer.code, answer.out), (self.wanted[name].code, self.wanted[name].out), name)
                self.assertIn("adjacency snapshot", self.the_finding()["check"])
                self.assert_mended()

    def test_landed_files(self) -> None:
        landed = sorted((self.data / "landed").iterdir())
        self.flip(landed[0], 10)
        landed[1].unlink()
        found = self.findings()
        self.assertEqual([str(path) in " ".join(finding["detail"] for finding in found) for path in landed[:2]], [True, True])
        self.assertEqual([finding["repair"] for finding in found], [None, None])
        self.assert_mended(*self.plant.files)

    def test_keys(self) -> None:
        keys = sorted((self.data / "keys").iterdir())
        keys[0].chmod(0o644)
        self.assertIn("chmod 600", self.the_finding()["repair"])
        self.assert_mended()
        self.assertEqual(keys[0].stat().st_mode & 0o777, 0o600)
        self.flip(keys[1], 3)
        finding = self.the_finding()
        self.assertIn(str(keys[1]), finding["detail"])
        self.assertIsNone(finding["repair"])

    def test_leftovers(self) -> None:
        part = self.data / "landed" / ("ab" * 32 + ".4711.part")
        part.write_bytes(b"half")
        self.assertEqual(self.findings(), [], "a file that may just be in the making is left alone")
        os.utime(part, (time.time() - 7200, time.time() - 7200))
        begun = self.data / "ledgers" / "0f0e0d0c-0b0a-4908-8706-050403020100" / "log"
        begun.mkdir(parents=True)
        self.assertEqual({finding["repair"] for finding in self.findings()}, {f"remove {part}", f"remove {begun.parent}"})
        self.run_ok(self.data, "lot", "list")
        self.assert_mended()
        self.assertFalse(part.exists() or begun.parent.exists())

    def test_the_folder_is_closed_to_others(self) -> None:
        self.data.chmod(0o755)
        self.assertIn("chmod 700", self.the_finding()["repair"])
        self.assert_mended()

    def test_it_asks_before_each_repair(self) -> None:
        self.data.chmod(0o755)
        done = call(self.data, "doctor", "--repair", stdin=subprocess.DEVNULL)
        self.assertEqual(done.code, 2)
        self.assertIn("--yes", done.err)
        for answer, mended in (("n", False), ("", False), ("y", True)):
            main, side = pty.openpty()
            os.write(main, f"{answer}\n".encode())
            done = call(self.data, "doctor", "--repair", stdin=side)
            self.assertIn("chmod 700", done.err)
            self.assertEqual((done.code, self.data.stat().st_mode & 0o777), (OK, 0o700) if mended else (NEGATIVE, 0o755))
            os.close(main)
            os.close(side)

    def test_removed_stores_are_made_by_the_next_writer(self) -> None:
        shutil.rmtree(next(self.data.glob("ledgers/*/store")))
        self.assertEqual(self.findings(), [])
        self.assert_mended()


if __name__ == "__main__":
    support.main()
