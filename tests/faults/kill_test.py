"""Imports that are killed at any moment: nothing acknowledged is lost, nothing is doubled, and the import is simply run again.

    python3 tests/faults/kill_test.py PROGRAM [--rounds N] [--seed N] [TEST...]

The moment of a kill is chosen by how far the files of the data folder have grown, never by time.
"""

from __future__ import annotations

import fcntl
import json
import os
import random
import signal
import socket
import subprocess
import threading
from pathlib import Path

import support
from support import CONFLICT, INVALID, OK, UNAVAILABLE, Faults, Plant, call, option, without_positions

ROUNDS = 20
SEED = 1


def bytes_in(folder: Path) -> int:
    """Bytes of all files below `folder`, some of which may just go."""
    total = 0
    for parent, _, names in os.walk(folder):
        for name in names:
            try:
                total += os.lstat(os.path.join(parent, name)).st_size
            except FileNotFoundError:
                pass
    return total


class Import:
    """An import that goes on in the background."""

    def __init__(self, plant: Plant, data: Path) -> None:
        words = [support.PROGRAM, "--data", str(data), "ingest", *plant.files]
        self.process = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                                        env=support.environment())
        self.data = data

    def runs(self) -> bool:
        return self.process.poll() is None

    def wait_until_grown_by(self, wanted: int) -> None:
        start = bytes_in(self.data)
        while self.runs() and bytes_in(self.data) - start < wanted:
            pass

    def send(self, number: int) -> None:
        self.process.send_signal(number)

    def kill(self) -> int:
        self.process.kill()
        return self.process.wait()


class Holds(threading.Thread):
    """Places holds while an import runs, and keeps what was acknowledged."""

    def __init__(self, data: Path, first: int, until: threading.Event) -> None:
        super().__init__()
        self.data, self.number, self.until = data, first, until
        self.acknowledged: dict[str, str] = {}
        self.unexpected: list[str] = []

    def run(self) -> None:
        while not self.until.is_set():
            self.number += 1
            hold = f"K{self.number}"
            done = call(self.data, "lot", "hold", "KILLED/LOT", "--hold-id", hold, "--command-id", hold, "--reason", "test",
                        "-o", "json")
            if done.code == OK:
                self.acknowledged[hold] = "T1:" + done.json()["position"]["T1"]
            elif done.code != UNAVAILABLE:
                self.unexpected.append(f"{hold}: exit {done.code} {done.said()}")


class Kills(Faults):
    def setUp(self) -> None:
        super().setUp()
        self.plant = Plant(self.root / "plant", 1500)
        self.plant.merge()
        self.chance = random.Random(SEED)
        self.undisturbed = self.root / "undisturbed"
        self.init(self.undisturbed)
        self.run_ok(self.undisturbed, "ingest", *self.plant.files, code=INVALID)
        self.records = self.verify(self.undisturbed)
        self.size = bytes_in(self.undisturbed)
        self.wanted = self.comparable(self.undisturbed)

    def verify(self, data: Path) -> int:
        """Number of records of a ledger that must be whole."""
        found = self.run_ok(data, "audit", "verify", "-o", "json").json()
        self.assertTrue(found["ok"])
        return found["records"]

    def comparable(self, data: Path) -> dict[str, tuple[int, str]]:
        questions = self.plant.questions()
        asked = {name: call(data, *questions[name]) for name in ("trace", "recall scope", "inventory", "balance", "lot show")}
        return {name: (answer.code, without_positions(answer.out)) for name, answer in asked.items()}

    def assert_acknowledged(self, data: Path, acknowledged: dict[str, str]) -> None:
        """Every hold that was acknowledged stands at its position, and is there once."""
        lines = self.run_ok(data, "audit", "trail", "-o", "ndjson").out.splitlines()
        placed = [row["position"] for row in map(json.loads, lines) if "KILLED" in json.dumps(row)]
        places = {position.split(".")[0] for position in placed}
        self.assertEqual(len(places), len(placed), "a hold was placed twice")
        for hold, position in acknowledged.items():
            self.assertIn(position, places, f"{hold} was acknowledged at {position}")

    def assert_undisturbed(self, data: Path) -> None:
        for name, answer in self.comparable(data).items():
            self.assertEqual(answer[0], self.wanted[name][0], name)
            self.assertEqual(answer[1].splitlines(), self.wanted[name][1].splitlines(), name)

    def finish(self, data: Path, acknowledged: dict[str, str]) -> None:
        """Runs the import to its end; all is as if nothing had happened."""
        done = self.plant.ingest(data)
        self.assertIn(done.code, (OK, INVALID), done.said())
        self.assertEqual(self.plant.ingest(data).json()["accepted"], 0)
        holds = self.run_ok(data, "lot", "show", "KILLED/LOT", "-o", "json").json()["holds"] if acknowledged else []
        self.assertEqual(self.verify(data), self.records + len(holds))
        self.assert_undisturbed(data)
        self.run_ok(data, "projection", "verify")
        self.run_ok(data, "replay", "run", "--diff", "live")

    def test_kill_9_at_any_moment_of_an_import(self) -> None:
        data, acknowledged, folders, hits, before = self.root / "data-0", {}, 0, 0, 0
        self.init(data)
        for number in range(ROUNDS):
            running = Import(self.plant, data)
            done = threading.Event()
            holds = Holds(data, 1000 * number, done)
            holds.start()
            running.wait_until_grown_by(self.chance.randrange(self.size // 4))
            hits += running.runs()
            ended = running.kill()
            done.set()
            holds.join()
            self.assertEqual(holds.unexpected, [])
            acknowledged.update(holds.acknowledged)
            records = self.verify(data)
            self.assertGreaterEqual(records, before)
            before = records
            self.assert_acknowledged(data, acknowledged)
            if ended != -signal.SIGKILL:
                self.finish(data, acknowledged)
                folders += 1
                data, acknowledged, before = self.root / f"data-{folders}", {}, 0
                self.init(data)
        self.finish(data, acknowledged)
        print(f"  {ROUNDS} rounds, {hits} kills fell into an import, {folders + 1} imports completed")
        self.assertGreater(hits, ROUNDS // 2, "most kills came too late")

    def test_kill_9_while_a_ledger_is_made(self) -> None:
        hits = 0
        for number in range(ROUNDS):
            data = self.root / f"made-{number}"
            words = [support.PROGRAM, "--data", str(data), "init", "--ledger", "T1", "--records-per-segment", "128"]
            process = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            wanted = self.chance.randrange(1, 12)
            while process.poll() is None and len(list(data.rglob("*"))) < wanted:
                pass
            hits += process.poll() is None
            process.kill()
            process.wait()
            again = call(data, "init", "--ledger", "T1", "--records-per-segment", "128")
            self.assertIn(again.code, (OK, CONFLICT), again.said())
            self.assertEqual(self.verify(data), 1)
            if number % 5 == 0:
                self.finish_fresh(data)
        self.assertGreater(hits, 0)

    def finish_fresh(self, data: Path) -> None:
        self.run_ok(data, "ingest", *self.plant.files, code=INVALID)
        self.assert_undisturbed(data)

    def test_a_stopped_writer_disturbs_no_reader_and_goes_on(self) -> None:
        self.init(self.data)
        running = Import(self.plant, self.data)
        self.addCleanup(lambda: running.runs() and running.kill())
        running.wait_until_grown_by(self.size // 2)
        running.send(signal.SIGSTOP)
        self.assertTrue(running.runs(), "the import ended before it could be stopped")
        seen = self.verify(self.data)
        for name, words in self.plant.questions().items():
            answer = call(self.data, *words)
            self.assertIn(answer.code, (OK, 3, 8), f"{name}: {answer.said()}")
        running.send(signal.SIGCONT)
        self.assertEqual(running.process.wait(), INVALID)
        self.assertGreaterEqual(self.verify(self.data), seen)
        self.finish(self.data, {})

    def test_a_removed_lock_lets_no_second_writer_in(self) -> None:
        self.init(self.data)
        running = Import(self.plant, self.data)
        self.addCleanup(lambda: running.runs() and running.kill())
        running.wait_until_grown_by(self.size // 2)
        running.send(signal.SIGSTOP)
        self.assertTrue(running.runs(), "the import ended before it could be stopped")
        next(self.data.glob("ledgers/*/log/lock")).unlink()
        refused = self.run_ok(self.data, "projection", "rebuild", "search", code=UNAVAILABLE)
        self.assertIn("another process writes", refused.err)
        running.send(signal.SIGCONT)
        held = self.run_ok(self.data, "lot", "hold", "KILLED/LOT", "--hold-id", "K1", "--reason", "test", "-o", "json")
        self.assertEqual(running.process.wait(), INVALID)
        acknowledged = {"K1": "T1:" + held.json()["position"]["T1"]}
        self.assert_acknowledged(self.data, acknowledged)
        self.finish(self.data, acknowledged)

    def test_what_a_writer_did_not_answer_before_it_ended_goes_to_the_next(self) -> None:
        """The writer that ends is played here: it holds the lock, listens, and hears a submission that it never answers."""
        self.init(self.data)
        log = next(self.data.glob("ledgers/*/log"))
        folder = os.open(log, os.O_RDONLY | os.O_DIRECTORY)
        fcntl.flock(folder, fcntl.LOCK_EX)
        here = os.getcwd()
        self.addCleanup(os.chdir, here)
        os.chdir(log.parent)  # the name of a socket is short
        with socket.socket(socket.AF_UNIX) as listener:
            listener.bind("writer.sock")
            listener.listen()
            words = [support.PROGRAM, "--data", str(self.data), "lot", "hold", "A/B", "--hold-id", "K1", "--reason", "test"]
            process = subprocess.Popen([*words, "-o", "json"], stdout=subprocess.PIPE, env=support.environment())
            with listener.accept()[0] as connection:
                self.assertGreater(int.from_bytes(connection.recv(4), "little"), 0)
        os.close(folder)
        self.assertEqual(json.loads(process.communicate(timeout=support.HANG_SECONDS)[0])["outcome"], "accepted")
        self.assertEqual(process.returncode, OK)
        self.assertEqual(self.verify(self.data), 2)


if __name__ == "__main__":
    ROUNDS = int(option("--rounds", str(ROUNDS)))
    SEED = int(option("--seed", str(SEED)))
    support.main()
