"""Brokers and clients that die under load: nothing acknowledged is lost, nothing is doubled, followers live on.

    python3 tests/kafka/faults_test.py PROGRAM ADMIN [TEST...]
"""

from __future__ import annotations

import signal

import support
from support import INVALID, OK, UNAVAILABLE, Background, Node, Nodes


class Faults(Nodes):
    def kill_under_load(self, node: Node, files: list[str], broker: int) -> bool:
        """Ingests while a broker is killed and started again; whether the kill fell into the load."""
        pid = self.pid(broker)
        load = self.begin_writing(node, "ingest", *files)
        self.pause(0.3)
        self.kill_broker(pid)
        hit = load.runs()
        self.kafka("restart", str(broker))
        if load.wait(OK, INVALID, UNAVAILABLE) == UNAVAILABLE:
            node.take(files)
        return hit

    def thirds(self, files: list[str]) -> list[list[str]]:
        cut = len(files) // 3
        return [files[:cut], files[cut:2 * cut], files[2 * cut:]]

    def follower(self, name: str) -> tuple[Node, Background]:
        node = self.node(name).mirror(self.address)
        return node, node.begin("kafka", "follow")

    def assert_followed(self, writer: Node, follower: Node, following: Background) -> None:
        """The follower has come to the end by itself and ends when it is told to; a fresh mirror equals it."""
        end = writer.position()
        self.until(f"the follower is at {end}", lambda: not following.runs() or follower.position() == end)
        following.send(signal.SIGTERM)
        following.wait(OK)
        mirror = self.node("mirror").mirror(self.address)
        self.assert_copies(writer, follower, mirror)
        self.assertEqual(follower.skipped(), mirror.skipped())


class Broker(Faults):
    def test_one_that_flushes_is_killed_under_load(self) -> None:
        self.start("--flush")
        files = self.plant(12000)
        node = self.node("n1").on_kafka(self.address)
        follower, following = self.follower("n2")
        hits = [self.kill_under_load(node, part, 1) for part in self.thirds(files)]
        self.assertIn(True, hits, "no kill fell into the load")
        self.assert_lossless(node, self.local(files))
        self.assert_followed(node, follower, following)

    def test_two_of_three_are_killed_under_load_one_after_the_other(self) -> None:
        self.start("--brokers", "3")
        files = self.plant(12000)
        node = self.node("n1").on_kafka(self.address)
        follower, following = self.follower("n2")
        leader, others = self.leader(node)
        hits = []
        for part, broker in zip(self.thirds(files), [leader, others[0], None]):
            if broker is None:
                node.take(part)
                continue
            hits.append(self.kill_under_load(node, part, broker))
            self.until("all replicas are in sync", lambda: len(self.partition(node.topic)["isrs"]) == 3)
        self.assertIn(True, hits, "no kill fell into the load")
        self.assert_lossless(node, self.local(files))
        self.assert_followed(node, follower, following)

    def leader(self, node: Node) -> tuple[int, list[int]]:
        """The leader of the ledger's partition, and the other brokers."""
        leader = self.partition(node.topic)["leader"]
        return leader, [broker for broker in (1, 2, 3) if broker != leader]


class Client(Faults):
    def test_killed_ten_times_under_load(self) -> None:
        self.start("--flush")
        files = self.plant(6000)
        node = self.node("n1").on_kafka(self.address)
        follower, following = self.follower("n2")
        hits = 0
        for _ in range(10):
            load = self.begin_writing(node, "ingest", *files)
            self.pause(0.5)
            hits += load.runs()
            load.end()
        self.assertGreater(hits, 0, "no kill fell into the load")
        node.take(files)
        self.assert_lossless(node, self.local(files))
        self.assert_followed(node, follower, following)


class Network(Faults):
    def test_a_cut_that_is_longer_than_the_time_outs(self) -> None:
        self.start("--flush")
        files = self.plant(12000)
        node = self.node("n1").on_kafka(self.address)
        load = self.begin_writing(node, "ingest", *files)
        self.kafka("kill", "1", "STOP")
        self.assertTrue(load.runs(), "the cut came after the load")
        load.wait(UNAVAILABLE)
        self.kafka("kill", "1", "CONT")
        node.take(files)
        self.assert_lossless(node, self.local(files))
        self.assert_copies(node, self.node("n2").mirror(self.address))


if __name__ == "__main__":
    support.main()
