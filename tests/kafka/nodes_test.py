"""Nodes of one ledger on a real broker: two writers, moving to Kafka, one writer for several commands, secured listeners.

    python3 tests/kafka/nodes_test.py PROGRAM ADMIN [TEST...]
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
from pathlib import Path

import support
from support import CONFLICT, INCOMPLETE, INVALID, NOT_FOUND, OK, UNAVAILABLE, Node, Nodes


class TwoWriters(Nodes):
    def test_one_history_whoever_is_suspended_in_mid_batch(self) -> None:
        self.start("--flush")
        files = self.plant(6000)
        first = self.node("n1").on_kafka(self.address)
        receipts: dict[str, int] = {}
        self.acknowledged_hold(first, "first", receipts)
        second = self.node("n2").mirror(self.address)
        quarter = len(files) // 4
        parts = [files[at:at + quarter] for at in range(0, 4 * quarter, quarter)] + [files[4 * quarter:]]
        self.race(first, second, parts[0], parts[1], receipts)
        self.race(second, first, parts[2], parts[3], receipts)
        first.take(files)
        self.assertEqual(first.answer("ingest", *files)["accepted"], 0)
        held = first.holds()
        for hold, position in receipts.items():
            self.assertEqual(held[hold], [position], hold)
        self.assertEqual(set(map(len, held.values())), {1}, held)
        self.assert_lossless(first, self.local(files), more=len(held))
        mirrors = [self.node(f"mirror{number}").mirror(self.address) for number in range(3)]
        self.assert_copies(first, *mirrors)
        skipped = [mirror.skipped() for mirror in mirrors]
        self.assertEqual(skipped[1:], skipped[:-1])
        self.assertGreater(sum(map(int, skipped[0].values())), 0, "the loser had nothing under way: nothing was tested")

    def race(self, loser: Node, winner: Node, files: list[str], others: list[str], receipts: dict[str, int]) -> None:
        """The loser is suspended in mid-batch, the winner takes the role and writes, the loser goes on."""
        self.acknowledged_hold(loser, f"{loser.name} before {winner.name}", receipts)
        load = self.begin_writing(loser, "ingest", *files)
        open_hold = f"{loser.name}-or-{winner.name}"
        waiting = loser.begin("lot", "hold", "RM/L1", "--hold-id", open_hold, "--reason", "test", "-o", "json")
        self.pause(0.1)
        load.send(signal.SIGSTOP)
        self.assertTrue(load.runs(), "the load was over before the race")
        winner.run("kafka", "take-over", "--reason", "the other node does not answer")
        self.acknowledged_hold(winner, f"{winner.name} after {loser.name}", receipts)
        winner.take(others)
        load.send(signal.SIGCONT)
        load.wait(UNAVAILABLE)
        self.assertIn(f"is written by node {winner.name} ", load.errors())
        self.assertIn(f"is written by node {winner.name} ", loser.hold("refused", codes=(UNAVAILABLE,)).stderr)
        if waiting.wait(OK, UNAVAILABLE) == OK:
            receipts[open_hold] = int(json.loads(waiting.output())["position"]["T1"])

    def acknowledged_hold(self, node: Node, what: str, receipts: dict[str, int]) -> None:
        hold = what.replace(" ", "-")
        receipts[hold] = int(json.loads(node.hold(hold).stdout)["position"]["T1"])


class Push(Nodes):
    def test_killed_in_the_middle_and_repeated(self) -> None:
        self.start("--flush")
        node = self.local(self.plant(10000))
        before, records = node.answers(), node.records()
        other = self.node("other")
        shutil.copytree(node.data / "ledgers", other.data / "ledgers")
        push = ("kafka", "push", self.address, "--node", "n1")
        parts = 0
        for _ in range(6):
            process = node.begin(*push)
            self.pause(0.8)
            parts += process.runs()
            process.end()
        self.assertGreater(parts, 0, "no kill fell into the push")
        node.run(*push)
        self.assertEqual(node.answers(), before)
        openings = sum(row["action"] == "EpochOpened" for row in node.trail())
        self.assertEqual(node.records(), records + openings)
        self.assertEqual(json.loads(node.run(*push, "-o", "json").stdout)["records"], "0")
        node.hold("H1")
        mirror = self.node("mirror").mirror(self.address)
        self.assert_copies(node, mirror)
        self.assertEqual(mirror.answers(), node.answers())
        self.assert_another_history_is_refused(other)

    def assert_another_history_is_refused(self, other: Node) -> None:
        """A copy of the ledger that went on by itself."""
        other.hold("H-other")
        before = other.records()
        said = other.run("kafka", "push", self.address, "--node", "other", codes=(CONFLICT,)).stderr
        self.assertIn(f"{other.ledger.name}:{before - 1} forks", said)
        self.assertEqual(other.records(), before)
        self.assertEqual(list(other.holds()), ["H-other"])


class OneWriter(Nodes):
    def test_takes_holds_while_it_takes_files(self) -> None:
        self.start("--flush")
        files = self.plant(6000)
        # As the files write it: a unit is shown under the writing that came first.
        bad = self.story["bad_lot_digital_link"]
        node = self.node("n1").on_kafka(self.address)
        writer = self.begin_writing(node, "kafka", "write")
        load = node.begin("ingest", *files)
        during = 0
        for number in range(3):
            node.hold(f"H{number}", bad)
            during += load.runs()
            # Read-your-writes: on the same node right after the receipt.
            self.assertIn(f"H{number}", json.dumps(node.answer("lot", "show", bad)))
            self.assertIn(f"H{number}", json.dumps(node.answer("unit", "show", bad)))
        self.assertGreater(during, 0, "the load was over before the first hold")
        load.wait(INVALID)
        self.assertEqual(sorted(node.holds()), ["H0", "H1", "H2"])
        self.assert_processes_tell_of_themselves(node)
        writer.send(signal.SIGTERM)
        writer.wait(OK)
        self.assertEqual(node.process(), {"state": "none"})
        local = self.local(files)
        for number in range(3):
            local.hold(f"H{number}", bad)
        self.assert_lossless(node, local)

    def assert_processes_tell_of_themselves(self, writer: Node) -> None:
        """The writer, and a follower; both know again and again that they are current, though nothing comes."""
        follower = self.node("n2").mirror(self.address)
        self.assertEqual(follower.process(), {"state": "none"})
        following = follower.begin("kafka", "follow")
        end = {"T1": str(writer.position())}
        for node, state, producer in ((writer, "writing", "ready"), (follower, "following", "none")):
            # The file is written at intervals: right after the last record it may still tell of the moment before.
            self.until("the process is at the end", lambda: node.process().get("position") == end)
            self.until("the process is current", lambda: node.process().get("current_at"))
            first = node.process()
            self.assertEqual((first["state"], first["producer"], first["position"], first["lag"]), (state, producer, end, "0"))
            status = node.answer("kafka", "status")
            self.assertEqual((first["epoch"], status["lag"]), (status["epoch"], "0"))
            self.assertIsNone(first["last_error"])
            self.until("the process looks again", lambda: node.kept_state()["current_at"] > first["current_at"])
        following.send(signal.SIGKILL)
        following.wait(-signal.SIGKILL)
        # It left its file behind; the lock tells that it is gone.
        self.assertTrue((follower.ledger / "kafka" / "state").exists())
        self.assertEqual(follower.process(), {"state": "none"})


class TwoLedgers(Nodes):
    def test_are_followed_by_one_process_and_one_that_fails_leaves_the_other(self) -> None:
        self.start("--flush")
        writers = {"T1": self.node("n1").on_kafka(self.address), "T2": self.node("n2").on_kafka(self.address, ledger="T2")}
        both = self.node("both")
        both.run("init", "--ledger", "T3")
        both.run("kafka", "follow", codes=(NOT_FOUND,))
        for ledger in writers:
            both.mirror(self.address, ledger=ledger)
        following = both.begin("kafka", "follow")
        self.assert_followed(writers, both, following)
        self.assertIn("ledger T3 is passed over: it does not stand on a Kafka topic", following.errors())
        self.write_ahead(writers["T1"])
        self.until("T1 is given up", lambda: not following.runs() or "ledger T1 is not followed: it has diverged" in following.errors())
        del writers["T1"]
        self.assert_followed(writers, both, following)
        following.send(signal.SIGTERM)
        following.wait(CONFLICT)

    def assert_followed(self, writers: dict[str, Node], both: Node, following: support.Background) -> None:
        for writer in writers.values():
            writer.run("lot", "hold", "RM/L1", "--reason", "test")
        for ledger, writer in writers.items():
            end = writer.position(ledger)
            self.until(f"{ledger} is at {end}", lambda: not following.runs() or both.position(ledger) == end)
            self.assertTrue(following.runs(), following.errors())
            process = both.answer("--ledger", ledger, "kafka", "status")["process"]
            self.assertEqual((process["state"], process["producer"]), ("following", "none"))

    def write_ahead(self, node: Node) -> None:
        """A record that continues something else than what was accepted: the last one, as if ten others were before it."""
        last = subprocess.run(["kcat", "-C", "-e", "-q", "-b", self.address, "-t", node.topic, "-o", "-1", "-c", "1", "-D", ""],
                              capture_output=True, check=True, timeout=support.STEP_SECONDS).stdout
        # The seq stands at byte 24 of a record's header, in eight bytes.
        ahead = int.from_bytes(last[24:32], "little") + 10
        (self.root / "ahead").write_bytes(last[:24] + ahead.to_bytes(8, "little") + last[32:])
        subprocess.run(["kcat", "-P", "-b", self.address, "-t", node.topic, self.root / "ahead"], check=True, timeout=support.STEP_SECONDS)


class Sites(Nodes):
    def test_a_recall_crosses_them_and_says_which_is_stale(self) -> None:
        self.start("--flush")
        files = self.plant(1000)
        sites = {"SZ1": self.node("n1").on_kafka(self.address, ledger="SZ1"), "SZ2": self.node("n2").on_kafka(self.address, ledger="SZ2")}
        for site, taken in zip(sites.values(), (files[::2], files[1::2])):
            site.run("ingest", *taken, codes=(OK, INVALID))
        both = self.node("both")
        for ledger in sites:
            both.mirror(self.address, ledger=ledger)
        self.assertEqual(self.reached(both), self.reached(self.local(files)))
        self.assert_stands_at(both, sites)
        self.assertEqual(self.stale(both), [])
        stood_at = both.position("SZ2")
        sites["SZ2"].hold("H1")
        (stale,) = self.stale(both)
        self.assertRegex(stale["what"], r"^ledger SZ2 is stale: \d+ message\(s\) of its topic are not read here$")
        self.assertEqual((stale["where"], stale["remedy"]), (f"SZ2:{stood_at}", "lotledger --ledger SZ2 kafka status"))
        self.assertIn("ledger SZ2 is stale", both.run("unit", "show", self.story["bad_lot"]).stderr)
        following = both.begin("kafka", "follow")
        self.until("the node follows both", lambda: not following.runs() or not self.stale(both))
        self.assert_stands_at(both, sites)
        following.send(signal.SIGTERM)
        following.wait(OK)
        self.assert_answers_without_a_cluster(both)

    def assert_answers_without_a_cluster(self, node: Node) -> None:
        before = self.scope(node)
        self.kafka("stop")
        self.assertEqual([one["what"].partition(": ")[0] for one in self.stale(node)], ["ledger SZ1 is stale", "ledger SZ2 is stale"])
        after = self.scope(node)
        self.assertEqual((after["affected"], after["position"]), (before["affected"], before["position"]))
        cut = ",".join(f"{ledger}:{seq}" for ledger, seq in before["position"].items())
        self.assertEqual(self.scope(node, "--known-at", cut)["missing"], before["missing"])

    def scope(self, node: Node, *words: str) -> dict:
        return node.answer("recall", "scope", self.story["bad_lot"], *words, codes=(INCOMPLETE,))

    def stale(self, node: Node) -> list[dict]:
        return [one for one in self.scope(node)["missing"] if " is stale: " in one["what"]]

    def reached(self, node: Node) -> list:
        found = self.scope(node)
        return [[(unit["ref"], unit["status"], unit["certainty"]) for unit in found["affected"]],
                [(consignee["party"], consignee["unit_refs"]) for consignee in found["consignees"]]]

    def assert_stands_at(self, node: Node, sites: dict[str, Node]) -> None:
        self.assertEqual(self.scope(node)["position"], {ledger: str(site.position(ledger)) for ledger, site in sites.items()})


class Secured(Nodes):
    def listener(self, name: str) -> tuple[str, str, str]:
        return self.kafka("address", name).strip(), "--config", str(self.dir / f"client-{name}.properties")

    def test_listeners_take_who_proves_who_they_are(self) -> None:
        self.start("--flush", "--tls")
        node = self.node("n1").on_kafka(*self.listener("tls"))
        node.hold("H1")
        mirror = self.node("n2").mirror(*self.listener("sasl"))
        self.assert_copies(node, mirror)
        mirror.run("kafka", "take-over", "--reason", "test")
        mirror.hold("H2")
        self.assert_copies(mirror, self.node("n3").mirror(self.address))
        self.assert_wrong_password_is_told(mirror)

    def assert_wrong_password_is_told(self, node: Node) -> None:
        address, option, properties = self.listener("sasl")
        text = Path(properties).read_text()
        (password,) = [line.split("=", 1)[1] for line in text.splitlines() if line.startswith("sasl.password=")]
        wrong = self.root / "wrong.properties"
        wrong.touch(mode=0o600)
        wrong.write_text(text.replace(password, "opensesame-wrong"))
        fresh = self.node("n4")
        said = fresh.run("--ledger", "T1", "kafka", "mirror", address, option, str(wrong), "--node", "n4", codes=(UNAVAILABLE,)).stderr
        self.assertRegex(said, "(?i)authentication failed")
        self.assertIn(address, said)
        os.replace(wrong, properties)
        for done in (node.run("kafka", "status", codes=(UNAVAILABLE,)), node.run("lot", "hold", "RM/L1", "--reason", "test", codes=(UNAVAILABLE,))):
            said += done.stdout + done.stderr
        self.assertEqual(said.lower().count("authentication failed"), 3, said)
        for secret in ("opensesame", password):
            self.assertNotIn(secret, said)


if __name__ == "__main__":
    support.main()
