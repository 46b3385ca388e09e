"""A machine that refuses: full disk, read-only folder, few descriptors, little memory, a writer that hangs. The program
says what to do and ends with the code for that; afterwards the import is simply run again.

    python3 tests/faults/limits_test.py PROGRAM [TEST...]
"""

from __future__ import annotations

import errno
import os
import resource
import shutil
import signal
import subprocess
from collections.abc import Callable
from pathlib import Path

import support
from kill_test import Import, bytes_in
from support import INVALID, OK, UNAVAILABLE, Ended, Faults, Plant, call, without_positions

NOBODY = 65534


def limit(what: int, value: int) -> Callable[[], None]:
    return lambda: resource.setrlimit(what, (value, value))


class Limits(Faults):
    def setUp(self) -> None:
        super().setUp()
        self.plant = Plant(self.root / "plant", 1000)
        self.plant.merge()
        self.whole = self.root / "whole"
        self.init(self.whole)
        self.run_ok(self.whole, "ingest", *self.plant.files, code=INVALID)
        self.wanted = self.answers(self.plant, self.whole)

    def assert_refused(self, ended: Ended, *words: str) -> None:
        """The code for a machine that refuses, and what the operator has to know."""
        self.assertEqual(ended.code, UNAVAILABLE, ended.said())
        for word in words:
            self.assertIn(word, ended.err)

    def assert_recovers(self, data: Path) -> None:
        """Without the limit the import is run again, and every record is there once."""
        done = self.plant.ingest(data)
        self.assertIn(done.code, (OK, INVALID), done.said())
        found = self.run_ok(data, "audit", "verify", "-o", "json").json()
        wanted = self.wanted["audit verify"].json()
        self.assertEqual((found["ok"], found["records"]), (True, wanted["records"]))
        self.run_ok(data, "projection", "verify")
        for name in ("trace", "recall scope", "inventory"):
            answer = call(data, *self.plant.questions()[name])
            self.assertEqual((answer.code, without_positions(answer.out)),
                             (self.wanted[name].code, without_positions(self.wanted[name].out)), name)

    def assert_equal_or_refused(self, data: Path, **options) -> int:
        """Every question is answered as ever, or refused; returns how many were refused."""
        refused = 0
        for name, words in self.plant.questions().items():
            answer = call(data, *words, **options)
            if answer.code == UNAVAILABLE:
                refused += 1
                self.assertIn("lotledger: ", answer.err, name)
            else:
                self.assertEqual((answer.code, answer.out), (self.wanted[name].code, self.wanted[name].out),
                                 f"{name}: {answer.err}")
        return refused

    def test_files_may_not_grow_over_a_limit(self) -> None:
        self.init(self.data)
        for kilobytes in (8, 64, 100, 150):
            ended = self.plant.ingest(self.data, preexec_fn=limit(resource.RLIMIT_FSIZE, kilobytes * 1024))
            self.assert_refused(ended, "File too large", str(self.data))
            self.assertTrue(self.run_ok(self.data, "audit", "verify", "-o", "json").json()["ok"])
        self.assert_recovers(self.data)

    def mount(self, folder: Path, *words: str) -> None:
        folder.mkdir(exist_ok=True)
        done = subprocess.run(["mount", *words, str(folder)], capture_output=True, text=True)
        if done.returncode != 0:
            self.skipTest(f"nothing can be mounted here: {done.stderr.strip()}; limits of file sizes and cut files are tested elsewhere")
        self.addCleanup(subprocess.run, ["umount", "-l", str(folder)], check=True)

    def test_a_full_disk(self) -> None:
        small = self.root / "small"
        self.mount(small, "-t", "tmpfs", "-o", "size=1536k,mode=0700", "lotledger-test")
        data = small / "data"
        self.init(data)
        first = self.plant.ingest(data)
        self.assert_refused(first, "No space left on device", str(data))
        for _ in range(2):
            self.assert_refused(self.plant.ingest(data), "No space left on device")
        self.assertTrue(self.run_ok(data, "audit", "verify", "-o", "json").json()["ok"])
        self.run_ok(data, "trace", "both", self.plant.bad_lot, code=call(data, "trace", "both", self.plant.bad_lot).code)
        self.assertEqual(call(data, "doctor").code, 1)
        subprocess.run(["mount", "-o", "remount,size=64m", str(small)], check=True)
        self.assert_recovers(data)

    def test_a_page_of_the_snapshot_that_cannot_be_read(self) -> None:
        """A hole in a file of a full disk in memory: reading it needs a page that is not there, as on a disk that fails."""
        small = self.root / "small"
        self.mount(small, "-t", "tmpfs", "-o", "size=24m,mode=0700", "lotledger-test")
        data = small / "data"
        shutil.copytree(self.whole, data)
        self.run_ok(data, "projection", "rebuild", "genealogy")
        self.assertEqual(self.answers(self.plant, data), self.wanted)
        [links] = data.glob("ledgers/*/store/genealogy/graph/*.links")
        subprocess.run(["fallocate", "--punch-hole", "--length", str(links.stat().st_size), str(links)], check=True)
        filling = small / "filling"
        self.fill(filling)
        trace = call(data, *self.plant.questions()["trace"])
        self.assert_refused(trace, str(links), "offset ", "cannot be read", "lotledger projection rebuild genealogy")
        self.assertEqual(trace.out, "")
        filling.unlink()
        self.run_ok(data, "projection", "rebuild", "genealogy")
        self.assertEqual(self.answers(self.plant, data), self.wanted)

    def fill(self, file: Path) -> None:
        """Takes what room there is, to the last page."""
        with file.open("wb", buffering=0) as stream:
            try:
                while True:
                    stream.write(bytes(4096))
            except OSError as full:
                self.assertEqual(full.errno, errno.ENOSPC)

    def as_nobody(self, data: Path) -> dict:
        """Options of a call by a user whom permissions bind; root hands the folder over to nobody."""
        if os.geteuid() != 0:
            return {}
        for path in [self.root, data, *data.rglob("*"), *self.plant.folder.rglob("*"), self.plant.folder]:
            os.chown(path, NOBODY, NOBODY)
        return {"user": NOBODY, "group": NOBODY, "extra_groups": []}

    def test_a_folder_that_may_only_be_read(self) -> None:
        user = self.as_nobody(self.whole)
        modes = {path: path.stat().st_mode for path in [self.whole, *self.whole.rglob("*")]}
        for path, mode in modes.items():
            path.chmod(mode & 0o555)
        refused = self.assert_equal_or_refused(self.whole, **user)
        self.assertEqual(refused, 0, "reading needs no permission to write")
        self.assert_refused(self.plant.ingest(self.whole, **user), "Permission denied", str(self.whole))
        hold = call(self.whole, "lot", "hold", self.plant.bad_lot, "--reason", "test", **user)
        self.assert_refused(hold, "Permission denied", str(self.whole))
        for path, mode in modes.items():
            path.chmod(mode)
        self.assert_recovers(self.whole)

    def test_few_file_descriptors(self) -> None:
        refused = 0
        for descriptors in (5, 8, 12, 16, 20, 24, 28, 32, 40, 64):
            few = limit(resource.RLIMIT_NOFILE, descriptors)
            refused += self.assert_equal_or_refused(self.whole, preexec_fn=few)
            copy = self.root / f"few-{descriptors}"
            self.init(copy)
            ended = self.plant.ingest(copy, preexec_fn=few)
            if ended.code != INVALID:
                self.assert_refused(ended, "Too many open files")
            again = self.plant.ingest(self.whole, preexec_fn=few)
            self.assertIn(again.code, (OK, UNAVAILABLE), again.said())
            self.assert_recovers(copy)
            shutil.rmtree(copy)
        self.assertGreater(refused, 0)
        self.assert_recovers(self.whole)

    def test_little_memory(self) -> None:
        refused = 0
        for mebibytes in (30, 40, 60, 80, 100, 140, 180, 250, 400):
            little = limit(resource.RLIMIT_AS, mebibytes << 20)
            copy = self.root / f"little-{mebibytes}"
            self.init(copy)
            for ended in (self.plant.ingest(copy, preexec_fn=little), *self.some_questions(little)):
                self.assertGreaterEqual(ended.code, 0, f"{mebibytes} MiB: {ended}")
                # Below some size not even the dynamic linker works.
                loaded = "error while loading shared libraries" not in ended.err
                if ended.code not in (OK, INVALID, 8) and loaded:
                    self.assert_refused(ended, "lotledger: ")
                refused += ended.code == UNAVAILABLE
            self.assert_recovers(copy)
            shutil.rmtree(copy)
        self.assertGreater(refused, 0)

    def some_questions(self, preexec: Callable[[], None]) -> list[Ended]:
        questions = self.plant.questions()
        return [call(self.whole, *questions[name], preexec_fn=preexec) for name in ("trace", "recall scope", "projection verify")]

    def test_a_writer_that_hangs_while_it_starts(self) -> None:
        self.init(self.data)
        running = Import(self.plant, self.data)
        self.addCleanup(lambda: running.runs() and running.kill())
        running.wait_until_grown_by(bytes_in(self.whole) // 2)
        running.send(signal.SIGSTOP)
        self.assertTrue(running.runs(), "the import ended before it could be stopped")
        said = call(self.data, "doctor", "--quick").said()
        self.assertIn(str(running.process.pid), said)
        running.kill()
        self.assert_recovers(self.data)


if __name__ == "__main__":
    support.main()
