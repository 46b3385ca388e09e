"""Brokers and clients that die under load: nothing acknowledged is lost, nothing is doubled, followers live on.

    python3 tests/kafka/faults_test.py PROGRAM ADMIN [TEST...]
"""

from __future__ import annotations

import signal
from collections.abc import Callable

import support
import wire
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
        *killed, moved = self.thirds(files)
        for part, broker in zip(killed, [leader, others[0]]):
            hits.append(self.kill_under_load(node, part, broker))
            self.until("all replicas are in sync", lambda: len(self.partition(node.topic)["isrs"]) == 3)
        self.assertIn(True, hits, "no kill fell into the load")
        self.move_leader_under_load(node, moved)
        self.assert_lossless(node, self.local(files))
        self.assert_followed(node, follower, following)

    def move_leader_under_load(self, node: Node, files: list[str]) -> None:
        load = self.begin_writing(node, "ingest", *files)
        moves = 0
        while load.runs() or not moves:
            leader, others = self.leader(node)
            wire.move_leader(self.address, node.topic, [*others, leader])
            self.until("another broker leads", lambda: self.partition(node.topic)["leader"] == others[0])
            moves += load.runs()
        if load.wait(OK, INVALID, UNAVAILABLE) == UNAVAILABLE:
            node.take(files)
        self.assertGreater(moves, 0, "no move fell into the load")

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
    def test_a_writer_is_cut_off_under_load(self) -> None:
        proxied = self.start_behind_proxy("--flush")
        files = self.plant(12000)
        node = self.node("n1").on_kafka(proxied)
        follower, following = self.follower("n2")
        faults = (self.proxy.cut, self.proxy.swallow, lambda: self.proxy.slow(0.05))
        hits = [self.cut_off_under_load(node, part, fault) for part, fault in zip(self.thirds(files), faults)]
        self.assertTrue(all(hits), f"a fault came after the load: {hits}")
        self.assertGreater(self.proxy.dropped, 0)
        self.assertGreater(self.proxy.swallowed_bytes, 0)
        self.assert_lossless(node, self.local(files))
        self.assert_followed(node, follower, following)

    def cut_off_under_load(self, node: Node, files: list[str], fault: Callable[[], None]) -> bool:
        load = self.begin_writing(node, "ingest", *files)
        self.pause(0.2)
        fault()
        hit = load.runs()
        self.pause(1.5)
        self.proxy.heal()
        if load.wait(OK, INVALID, UNAVAILABLE) == UNAVAILABLE:
            node.take(files)
        return hit

    def test_a_follower_is_cut_off_and_knows_it(self) -> None:
        proxied = self.start_behind_proxy("--flush")
        files = self.plant(3000)
        node = self.node("n1").on_kafka(self.address)
        follower = self.node("n2").mirror(proxied)
        following = follower.begin("kafka", "follow")
        parts = self.thirds(files)
        node.take(parts[0])
        self.until_it_is_current(node, follower, following)
        self.proxy.cut()
        self.until("the follower knows", lambda: follower.kept_state()["last_error"])
        current = follower.kept_state()["current_at"]
        node.take(parts[1])
        self.until("it has tried again", lambda: follower.kept_state()["last_error_at"] > current)
        self.assertEqual(follower.kept_state()["current_at"], current)
        self.assertLess(follower.position(), node.position())
        self.proxy.heal()
        self.until_it_is_current(node, follower, following)
        self.proxy.swallow()
        node.take(parts[2])
        self.assertLess(follower.position(), node.position())
        self.proxy.heal()
        self.until_it_is_current(node, follower, following)
        self.assert_followed(node, follower, following)
        self.assert_lossless(node, self.local(files))

    def until_it_is_current(self, node: Node, follower: Node, following: Background) -> None:
        """Until the follower stands where the writer does, and has asked since whether it does."""
        end = node.position()
        self.until(f"the follower is at {end}", lambda: not following.runs() or follower.position() == end)
        known = follower.kept_state()["at"]
        self.until("it knows", lambda: not following.runs() or (follower.kept_state()["current_at"] or "") > known)
        self.assertTrue(following.runs(), following.errors())
        self.assertEqual(int(follower.kept_state()["seq"]), end)

    def test_a_cut_that_is_longer_than_the_time_outs(self) -> None:
        self.start("--flush")
        files = self.plant(6000)
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
