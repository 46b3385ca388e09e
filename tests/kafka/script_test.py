"""scripts/kafka with real brokers: start, stop, kill, restart, and what it refuses. Needs a minute and 2 GiB of memory.

    python3 tests/kafka/script_test.py [TEST...]
"""

from __future__ import annotations

import fcntl
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

from wire import create_topic

SCRIPT = Path(__file__).resolve().parents[2] / "scripts" / "kafka"
# Longer than the script's own bounds together, so that the script, not the test, tells what hangs.
STEP_SECONDS = 420
# All tests together; below the limit in tests/kafka.cmake, so that the clean-ups still run.
ALL_SECONDS = 840


def processes_of(folder: Path) -> list[int]:
    """Processes whose command line names the folder."""
    found = []
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            words = (entry / "cmdline").read_bytes().decode(errors="replace").split("\0")
        except OSError:
            continue
        if any(word.startswith(f"{folder}/") for word in words):
            found.append(int(entry.name))
    return found


class Scratch(unittest.TestCase):
    """A fresh folder; when a test ends, no broker of it runs, however it ended."""

    def setUp(self) -> None:
        self.root = Path(tempfile.mkdtemp(prefix="lotledger-kafka-test-"))
        self.dir = self.root / "cluster"
        self.addCleanup(self.clean_up)

    def clean_up(self) -> None:
        try:
            subprocess.run([SCRIPT, "stop", "--dir", self.dir], capture_output=True, timeout=STEP_SECONDS)
        finally:
            left = processes_of(self.root)
            for pid in left:
                os.kill(pid, signal.SIGKILL)
            shutil.rmtree(self.root, ignore_errors=True)
        self.assertEqual(left, [], "the script left processes behind")

    def kafka(self, command: str, *words: str, code: int = 0) -> str:
        done = subprocess.run([SCRIPT, command, "--dir", self.dir, *words], capture_output=True, text=True, timeout=STEP_SECONDS)
        self.assertEqual(done.returncode, code, f"{command} {words}: {done.stdout}{done.stderr}")
        return done.stdout if code in (0, 3) else done.stderr

    def start(self, *words: str) -> str:
        """Starts the cluster; its bootstrap address."""
        return self.kafka("start", *words).splitlines()[-1]

    def states(self, code: int) -> list[str]:
        """What `status` says of each broker."""
        return [line.split()[3] for line in self.kafka("status", code=code).splitlines()[1:]]

    def pid(self, broker: int) -> int:
        return int(self.kafka("status", code=0 if self.all_run() else 3).splitlines()[broker].split()[1])

    def all_run(self) -> bool:
        return subprocess.run([SCRIPT, "status", "--dir", self.dir], capture_output=True).returncode == 0

    def produce(self, address: str, first: int, count: int) -> None:
        """Appends lines; each is acknowledged by all copies in sync."""
        lines = "".join(f"{number}\n" for number in range(first, first + count))
        done = subprocess.run(["kcat", "-P", "-m", "60", "-b", address, "-t", "lines", "-p", "0", "-X", "acks=all", "-X", "enable.idempotence=true"],
                              input=lines, capture_output=True, text=True, timeout=STEP_SECONDS)
        self.assertEqual(done.returncode, 0, done.stderr)

    def read(self, address: str) -> list[int]:
        done = subprocess.run(["kcat", "-C", "-m", "60", "-q", "-e", "-b", address, "-t", "lines", "-p", "0", "-o", "beginning"],
                              capture_output=True, text=True, timeout=STEP_SECONDS)
        self.assertEqual(done.returncode, 0, done.stderr)
        return [int(line) for line in done.stdout.split()]


class OneBroker(Scratch):
    def test_keeps_what_it_took_through_kill_and_stop(self) -> None:
        address = self.start("--port", "0", "--flush")
        self.assertRegex(address, r"^127\.0\.0\.1:\d+$")
        self.assertEqual(self.states(code=0), ["running"])
        create_topic(address, "lines", 1)
        self.produce(address, 0, 1000)
        os.kill(self.pid(1), signal.SIGKILL)
        # At once: the kernel may not have taken its ports back yet.
        self.kafka("restart", "1")
        self.assertEqual(self.states(code=0), ["running"])
        self.assertEqual(self.read(address), list(range(1000)))
        self.produce(address, 1000, 10)
        self.kafka("stop")
        self.assertEqual(self.states(code=3), ["dead"])
        self.assertEqual(self.start(), address)
        self.assertEqual(self.read(address), list(range(1010)))
        self.kafka("stop", "--clean")
        self.assertFalse(self.dir.exists())
        self.assertIn("no cluster", self.kafka("status", code=3))

    def test_every_command_may_be_given_twice(self) -> None:
        self.assertIn("no cluster", self.kafka("stop"))
        address = self.start("--port", "0")
        pid = self.pid(1)
        self.assertIn("runs already", self.kafka("start"))
        self.assertEqual(self.start("--brokers", "1", "--port", "0"), address)
        self.assertEqual(self.pid(1), pid)
        self.kafka("kill", "1", "STOP")
        self.kafka("kill", "1", "STOP")
        self.assertEqual(self.states(code=3), ["suspended"])
        self.kafka("kill", "1", "CONT")
        self.assertEqual(self.states(code=0), ["running"])
        self.assertEqual(self.pid(1), pid)
        self.kafka("kill", "1", "STOP")
        self.assertIn("stopped", self.kafka("stop"))
        self.assertIn("no broker runs", self.kafka("stop"))
        self.assertIn("does not run", self.kafka("kill", "1", code=1))

    def test_refuses_what_contradicts_the_running_cluster(self) -> None:
        port = int(self.start("--port", "0").split(":")[1])
        self.assertIn("holds a cluster of 1, not 3", self.kafka("start", "--brokers", "3", code=1))
        self.assertIn(f"runs at port {port}, not {port + 1}", self.kafka("start", "--port", str(port + 1), code=1))
        self.assertIn("without --flush", self.kafka("start", "--flush", code=1))
        self.assertIn("without TLS", self.kafka("start", "--tls", code=1))
        self.assertIn("without --proxy 5000", self.kafka("start", "--proxy", "5000", code=1))
        self.assertIn("no TLS", self.kafka("address", "tls", code=1))
        self.assertIn("no listener for a proxy", self.kafka("address", "proxy", code=1))
        self.assertIn("no broker 2", self.kafka("kill", "2", code=1))
        self.assertIn("no signal NOSUCH", self.kafka("kill", "1", "NOSUCH", code=2))
        self.assertEqual(self.states(code=0), ["running"])
        other = Path(f"{self.dir}-other")
        done = subprocess.run([SCRIPT, "start", "--dir", other, "--port", str(port)], capture_output=True, text=True)
        self.assertEqual(done.returncode, 1)
        self.assertIn(f"port {port} is taken", done.stderr)

    def test_clusters_start_side_by_side_while_another_command_fetches(self) -> None:
        cache = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "lotledger"
        others = [Path(f"{self.dir}-{number}") for number in range(2)]
        with open(cache / "kafka.lock", "w") as held:
            fcntl.flock(held, fcntl.LOCK_EX)
            starts = [subprocess.Popen([SCRIPT, "start", "--dir", other, "--port", "0"], stdout=subprocess.PIPE, text=True) for other in others]
            for other in others:
                self.addCleanup(subprocess.run, [SCRIPT, "stop", "--dir", other], capture_output=True, timeout=STEP_SECONDS)
            addresses = [start.communicate(timeout=STEP_SECONDS)[0].splitlines()[-1] for start in starts]
        self.assertEqual([start.returncode for start in starts], [0, 0])
        self.assertEqual(len(set(addresses)), 2, addresses)

    def test_never_ends_a_process_that_took_over_the_pid(self) -> None:
        self.start("--port", "0")
        pid_file = self.dir / "1" / "pid"
        kept = pid_file.read_text()
        _, started, boot = kept.split()
        stranger = subprocess.Popen(["sleep", "600"])
        try:
            pid_file.write_text(f"{stranger.pid} {started} {boot}\n")
            self.assertEqual(self.states(code=3), ["dead"])
            self.assertIn("does not run", self.kafka("kill", "1", code=1))
            self.assertIn("no broker runs", self.kafka("stop"))
            self.assertIsNone(stranger.poll())
        finally:
            stranger.kill()
            stranger.wait()
            pid_file.write_text(kept)
        self.assertEqual(self.states(code=0), ["running"])

    def test_a_start_that_is_broken_off_leaves_nothing(self) -> None:
        process = subprocess.Popen([SCRIPT, "start", "--dir", self.dir, "--port", "0"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        pid_file = self.dir / "1" / "pid"
        # The broker needs seconds from here until it answers.
        while process.poll() is None and not pid_file.exists():
            self.wait_a_little(process)
        process.send_signal(signal.SIGTERM)
        self.assertEqual(process.wait(STEP_SECONDS), 128 + signal.SIGTERM)
        self.assertEqual(processes_of(self.root), [])


    def wait_a_little(self, process: subprocess.Popen) -> None:
        """Leaves the processor to the process. How long only chooses where the signal falls; the verdict does not depend on it."""
        try:
            process.wait(timeout=0.01)
        except subprocess.TimeoutExpired:
            pass


class ThreeBrokers(Scratch):
    def test_take_and_give_while_one_is_dead(self) -> None:
        address = self.start("--brokers", "3", "--port", "0")
        self.assertEqual(len(address.split(",")), 3)
        self.assertEqual(self.states(code=0), ["running"] * 3)
        create_topic(address, "lines", 3)
        self.produce(address, 0, 1000)
        self.kafka("kill", "2")
        self.assertEqual(self.states(code=3), ["running", "dead", "running"])
        self.produce(address, 1000, 1000)
        self.assertEqual(self.read(address), list(range(2000)))
        self.assertEqual(self.start(), address)
        self.assertEqual(self.states(code=0), ["running"] * 3)
        self.produce(address, 2000, 10)
        self.assertEqual(self.read(address), list(range(2010)))
        self.assertIn("broker 3", self.kafka("logs", "5"))


class Tls(Scratch):
    def lists(self, listener: str, *settings: str) -> subprocess.CompletedProcess:
        """Asks for the brokers with the settings that the script wrote, and some more."""
        words = [word for setting in settings for word in ("-X", setting)]
        address = self.kafka("address", listener).strip()
        return subprocess.run(["kcat", "-L", "-m", "2", "-F", self.dir / f"client-{listener}.properties", "-b", address, *words],
                              capture_output=True, text=True, timeout=STEP_SECONDS)

    def check_listed(self, listener: str) -> None:
        # The two seconds of one call may be too few on a busy machine, here and below.
        for _ in range(12):
            done = self.lists(listener)
            if done.returncode == 0:
                break
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn(f"broker 1 at {self.kafka('address', listener).strip()}", done.stdout)

    def check_refused(self, listener: str, settings: list[str], reason: str) -> None:
        for _ in range(12):
            done = self.lists(listener, *settings)
            self.assertNotEqual(done.returncode, 0, done.stdout)
            if re.search(reason, done.stderr):
                return
        self.fail(f"{reason} not found in: {done.stderr}")

    def test_lets_in_who_proves_who_they_are(self) -> None:
        self.start("--port", "0", "--tls")
        self.check_listed("tls")
        self.check_listed("sasl")
        for listener, settings, reason in (("tls", ["ssl.certificate.location=", "ssl.key.location="], "alert (bad certificate|certificate required)"),
                                           ("tls", [f"ssl.ca.location={self.dir}/tls/client.pem"], "certificate verify failed"),
                                           ("sasl", ["sasl.password=wrong"], "invalid credentials"),
                                           ("sasl", ["sasl.mechanism=PLAIN"], "PLAIN")):
            with self.subTest(settings):
                self.check_refused(listener, settings, reason)
        self.kafka("kill", "1")
        self.start()
        self.check_listed("sasl")
        for secret in [*self.dir.glob("client-*.properties"), *self.dir.glob("tls/*"), self.dir / "1" / "server.properties", self.dir]:
            self.assertEqual(secret.stat().st_mode & 0o077, 0, secret)


class Refusals(Scratch):
    def test_usage(self) -> None:
        for words in (["start", "--brokers", "2"], ["start", "--port", "x"], ["start", "--port", "80"], ["start", "--port", "019092"], ["start", "--port", "65530"], ["start", "--what"], ["start", "--proxy", "x"], ["start", "--proxy", "5000,"],
                      ["stop", "--port", "1"], ["status", "1"], ["kill"], ["kill", "1", "KILL", "more"], ["logs", "all"], ["address", "x"], ["nosuch"], ["start", "--port"]):
            with self.subTest(words):
                made = Path(f"{self.dir}-{words[0]}")
                made.mkdir(exist_ok=True)
                (made / "cluster").write_text("brokers=1\nport=19092\n")
                done = subprocess.run([SCRIPT, words[0], "--dir", made, *words[1:]], capture_output=True, text=True)
                self.assertEqual(done.returncode, 2, done.stdout + done.stderr)
                self.assertIn("scripts/kafka start", done.stderr)

    def test_no_cluster(self) -> None:
        self.kafka("status", code=3)
        for words in (["kill", "1"], ["restart", "1"], ["logs"], ["address"]):
            self.assertIn("no cluster", self.kafka(*words, code=1))

    def test_a_proxy_for_each_broker(self) -> None:
        self.assertIn("does not name 3 ports", self.kafka("start", "--brokers", "3", "--proxy", "5000,5001", code=1))
        self.assertIn("does not name 1 ports", self.kafka("start", "--proxy", "5000,5001", code=1))

    def test_a_folder_with_other_files_is_left_alone(self) -> None:
        self.dir.mkdir()
        (self.dir / "mine").write_text("x")
        self.assertIn("holds other files", self.kafka("start", "--port", "0", code=1))
        self.assertEqual([entry.name for entry in self.dir.iterdir()], ["mine"])

    def test_a_link_is_no_folder(self) -> None:
        (self.root / "real").mkdir()
        self.dir.symlink_to(self.root / "real")
        self.assertIn("not a folder of this user", self.kafka("start", "--port", "0", code=1))


def give_up(*_: object) -> None:
    raise TimeoutError("stopped from outside, or the tests took too long")


if __name__ == "__main__":
    # Clean-ups run for an exception, not for the death of this process.
    signal.signal(signal.SIGTERM, give_up)
    signal.signal(signal.SIGALRM, give_up)
    signal.alarm(ALL_SECONDS)
    unittest.main(verbosity=2)
