"""What the tests of nodes on real brokers share: nodes, files to ingest, and what must be equal in the end.

    python3 tests/kafka/<subject>_test.py PROGRAM ADMIN [TEST...]

PROGRAM is lotledger, ADMIN is lotledger_kafka_admin. LOTLEDGER_TEST_SEED chooses the moments at which something is killed.
"""

from __future__ import annotations

import json
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest
from collections.abc import Callable
from pathlib import Path

from proxy import Proxy
from script_test import Scratch, give_up

PROGRAM = ""
ADMIN = ""
SEED = int(os.environ.get("LOTLEDGER_TEST_SEED", "1"))
# Longest time that one run of the program, or one thing that is waited for, may take; a bound against hanging only.
STEP_SECONDS = 150
# All tests of a file together; below the limits in tests/kafka.cmake, so that the clean-ups still run.
ALL_SECONDS = 580
OK, USAGE, NOT_FOUND, CONFLICT, UNAVAILABLE, INVALID, INCOMPLETE = 0, 2, 3, 5, 6, 7, 8


class Node:
    """A data folder, and the program on it."""

    def __init__(self, test: "Nodes", name: str) -> None:
        self.test, self.name, self.data = test, name, test.root / name
        # Personal data is sealed under keys that lie beside the ledger. Nodes that share them take a file twice as once.
        (test.root / "keys").mkdir(exist_ok=True)
        self.data.mkdir()
        (self.data / "keys").symlink_to(test.root / "keys")

    def run(self, *words: str, codes: tuple[int, ...] = (OK,)) -> subprocess.CompletedProcess:
        done = subprocess.run([PROGRAM, "--data", self.data, *words], capture_output=True, text=True, timeout=STEP_SECONDS)
        self.test.assertIn(done.returncode, codes, f"{self.name} {words[:6]}: {done.stdout[-2000:]}{done.stderr[-2000:]}")
        return done

    def answer(self, *words: str, codes: tuple[int, ...] = (OK,)) -> dict:
        return json.loads(self.run(*words, "-o", "json", codes=codes).stdout)

    def begin(self, *words: str) -> "Background":
        return Background(self, words)

    def on_kafka(self, address: str, *words: str, ledger: str = "T1") -> "Node":
        self.run("init", "--ledger", ledger, "--kafka", address, "--node", self.name, *words)
        return self

    def mirror(self, address: str, *words: str, ledger: str = "T1") -> "Node":
        self.run("--ledger", ledger, "kafka", "mirror", address, "--node", self.name, *words)
        return self

    def take(self, files: list[str]) -> dict:
        """Ingests; when the cluster did not answer, again, as people would."""
        end = time.monotonic() + STEP_SECONDS
        while True:
            done = self.run("ingest", *files, "-o", "json", codes=(OK, UNAVAILABLE, INVALID))
            if done.returncode != UNAVAILABLE:
                return json.loads(done.stdout)
            self.test.assertLess(time.monotonic(), end, done.stderr)

    def hold(self, hold: str, ref: str = "RM/L1", codes: tuple[int, ...] = (OK,)) -> subprocess.CompletedProcess:
        return self.run("lot", "hold", ref, "--hold-id", hold, "--command-id", f"command {hold}", "--reason", "test", "-o", "json", codes=codes)

    @property
    def ledger(self) -> Path:
        (found,) = self.data.glob("ledgers/*")
        return found

    @property
    def topic(self) -> str:
        return f"lotledger.{self.ledger.name}"

    @property
    def socket(self) -> Path:
        return self.ledger / "writer.sock"

    def position(self, ledger: str = "T1") -> int:
        return int(self.answer("--ledger", ledger, "projection", "list")["position"][ledger])

    def records(self) -> int:
        found = self.answer("audit", "verify")
        self.test.assertTrue(found["ok"], found)
        return int(found["records"])

    def trail(self) -> list[dict]:
        return [json.loads(line) for line in self.run("audit", "trail", "-o", "ndjson").stdout.splitlines()]

    def holds(self) -> dict[str, list[int]]:
        """Positions of the records that placed each hold."""
        found: dict[str, list[int]] = {}
        for row in self.trail():
            if row["action"] == "HoldPlaced":
                # hold ID (kind)
                found.setdefault(row["new_value"].split()[1], []).append(int(row["position"].removeprefix("T1:").split(".")[0]))
        return found

    def skipped(self) -> dict:
        return self.answer("kafka", "status")["skipped"]

    def kept_state(self) -> dict:
        """The file in which a process tells of itself; kafka status would ask the cluster too, and wait for it."""
        return json.loads((self.ledger / "kafka" / "state").read_text())

    def process(self) -> dict:
        """What the running process tells of itself."""
        return self.answer("kafka", "status", codes=(OK, UNAVAILABLE))["process"]

    def state(self) -> tuple:
        """Position of the ledger, and the digest of every projection at it; those of a writer are compared with ones folded anew."""
        found = self.answer("projection", "list")
        # Facts are folded by who decides; a node that only reads has none yet.
        reads_only = any(row["digest"] is None for row in found["projections"])
        self.run("projection", "rebuild" if reads_only else "verify")
        found = self.answer("projection", "list")
        return found["position"], {row["projection"]: row["digest"] for row in found["projections"]}

    def answers(self) -> list:
        """Of the recall of the plant's bad lot, without the positions."""
        bad = self.test.story["bad_lot"]
        return [without_positions(self.answer(*words, codes=(OK, INCOMPLETE)))
                for words in (("recall", "scope", "--lot", bad), ("trace", "down", bad))]


class Background:
    """A run of the program that is not waited for; it does not outlive the test."""

    def __init__(self, node: Node, words: tuple[str, ...]) -> None:
        self.test, self.words = node.test, words
        self.out, self.err = tempfile.TemporaryFile("w+"), tempfile.TemporaryFile("w+")
        self.process = subprocess.Popen([PROGRAM, "--data", node.data, *words], stdout=self.out, stderr=self.err)
        self.test.addCleanup(self.end)

    def runs(self) -> bool:
        return self.process.poll() is None

    def send(self, number: signal.Signals) -> None:
        self.process.send_signal(number)

    def wait(self, *codes: int) -> int:
        code = self.process.wait(STEP_SECONDS)
        self.test.assertIn(code, codes, f"{self.words[:6]}: {self.output()[-1500:]}{self.errors()[-1500:]}")
        return code

    def output(self) -> str:
        return self.text_of(self.out)

    def errors(self) -> str:
        return self.text_of(self.err)

    def text_of(self, file: "tempfile.TemporaryFile") -> str:
        # Not by seek and read: the process writes at the same place of the open file.
        return os.pread(file.fileno(), os.fstat(file.fileno()).st_size, 0).decode(errors="replace")

    def end(self) -> None:
        # SIGKILL ends a suspended process too.
        self.process.kill()
        self.process.wait()
        self.out.close()
        self.err.close()


class Nodes(Scratch):
    """Nodes and a cluster of their own; when a test ends, no process of it runs."""

    def setUp(self) -> None:
        super().setUp()
        self.chance = random.Random(f"{SEED} {self.id()}")
        print(f"LOTLEDGER_TEST_SEED={SEED} chooses the moments", file=sys.stderr)

    def node(self, name: str) -> Node:
        return Node(self, name)

    def plant(self, events: int) -> list[str]:
        folder = self.root / "plant"
        subprocess.run([PROGRAM, "demo", "generate", folder, "--events", str(events)], check=True, stdout=subprocess.DEVNULL)
        self.story = json.loads((folder / "story.json").read_text())
        return sorted(str(path) for path in folder.glob("*/*") if path.suffix in (".csv", ".json"))

    def local(self, files: list[str]) -> Node:
        """An undisturbed local ledger of the same files."""
        node = self.node("local")
        node.run("init", "--ledger", "T1")
        node.take(files)
        return node

    def admin(self, *words: object) -> None:
        subprocess.run([ADMIN, self.address, *map(str, words)], check=True, timeout=STEP_SECONDS)

    def start(self, *words: str) -> str:
        self.address = super().start("--port", "0", *words)
        return self.address

    def start_behind_proxy(self, *words: str) -> str:
        """The address by which clients pass the proxy; self.address leads past it."""
        self.proxy = Proxy()
        self.addCleanup(self.proxy.close)
        self.start("--proxy", str(self.proxy.port), *words)
        self.proxy.pass_to(int(self.kafka("address", "proxy").rsplit(":", 1)[1]))
        return f"127.0.0.1:{self.proxy.port}"

    def partition(self, topic: str, address: str = "") -> dict:
        """What the broker at the address tells of the topic's first partition; nothing of a topic that it does not know."""
        done = subprocess.run(["kcat", "-L", "-J", "-b", address or self.address, "-t", topic], capture_output=True, text=True, timeout=STEP_SECONDS, check=True)
        (found,) = json.loads(done.stdout)["topics"]
        return found["partitions"][0] if found["partitions"] else {}

    def until(self, what: str, condition: Callable[[], object], seconds: float = STEP_SECONDS) -> None:
        end = time.monotonic() + seconds
        while not condition():
            self.assertLess(time.monotonic(), end, f"waited {seconds} s in vain: {what}")
            time.sleep(0.02)

    def kill_broker(self, pid: int) -> None:
        """By SIGKILL; returns when nothing of it is left: its threads hold its ports for a while after it counts as dead."""
        os.kill(pid, signal.SIGKILL)
        self.until("the broker is gone", lambda: not Path(f"/proc/{pid}").exists())

    def until_it_writes(self, node: Node, process: Background) -> None:
        """Until the process takes submissions, or has ended. Sockets of processes that were killed are gone by then."""
        self.until("the writer's socket", lambda: node.socket.exists() or not process.runs())

    def begin_writing(self, node: Node, *words: str) -> Background:
        node.socket.unlink(missing_ok=True)
        process = node.begin(*words)
        self.until_it_writes(node, process)
        return process

    def pause(self, seconds_max: float) -> None:
        """Only chooses where a signal falls; no verdict depends on it."""
        time.sleep(self.chance.uniform(0, seconds_max))

    def assert_lossless(self, node: Node, local: Node, more: int = 0) -> None:
        """Nothing lost, nothing doubled: what the local ledger holds, the openings of epochs, and `more` records; equal answers."""
        openings = sum(row["action"] == "EpochOpened" for row in node.trail())
        self.assertEqual(node.records(), local.records() + openings + more)
        self.assertEqual(node.answers(), local.answers())

    def assert_copies(self, *nodes: Node) -> None:
        """The nodes hold the same ledger, fold it to the same, and skipped the same messages."""
        states = [node.state() for node in nodes]
        for node, state in zip(nodes, states):
            self.assertEqual(state, states[0], node.name)
        self.assertEqual([node.records() for node in nodes], [nodes[0].records()] * len(nodes))


def without_positions(value: object) -> object:
    if isinstance(value, dict):
        return {key: without_positions(member) for key, member in value.items() if key != "position"}
    if isinstance(value, list):
        return [without_positions(member) for member in value]
    return re.sub(r"\bT1:\d+", "T1:*", value) if isinstance(value, str) else value


def scratch_folder() -> str | None:
    """Memory, where there is enough: disks shared with compilers make the brokers slow, and nothing here pulls the plug."""
    memory = Path("/dev/shm")
    enough = memory.is_dir() and os.access(memory, os.W_OK) and shutil.disk_usage(memory).free > 4 << 30
    return str(memory) if enough and "TMPDIR" not in os.environ else None


def main() -> None:
    global PROGRAM, ADMIN
    PROGRAM, ADMIN = (os.path.abspath(sys.argv.pop(1)) for _ in range(2))
    tempfile.tempdir = scratch_folder()
    # Clean-ups run for an exception, not for the death of this process.
    signal.signal(signal.SIGTERM, give_up)
    signal.signal(signal.SIGALRM, give_up)
    signal.alarm(ALL_SECONDS)
    unittest.main(module="__main__", verbosity=2)
