"""Topics that could lose records, and one that did: refused, and mended from the longest copy.

    python3 tests/kafka/topics_test.py PROGRAM ADMIN [TEST...]
"""

from __future__ import annotations

import signal

import support
from support import INVALID, OK, UNAVAILABLE, Node, Nodes

# What a topic of one replica must be set to; what is not named has a default that will do.
GOOD = {"cleanup.policy": "delete", "retention.ms": "-1", "retention.bytes": "-1", "min.insync.replicas": "1", "max.message.bytes": "8400000",
        "unclean.leader.election.enable": "false", "flush.messages": "1"}
# Setting, value, wanted value, reason.
FAULTS = (("cleanup.policy", "compact", "delete", "compaction drops records"),
          ("cleanup.policy", "compact,delete", "delete", "compaction drops records"),
          ("retention.ms", "604800000", "-1", "retention drops records"),
          ("retention.bytes", "1073741824", "-1", "retention drops records"),
          ("max.message.bytes", "1048588", "at least 8", "a record holds up to 8 MiB and its header"),
          ("unclean.leader.election.enable", "true", "false", "an unclean leader truncates what was acknowledged"),
          ("flush.messages", "9223372036854775807", "1", "a single broker has no replica to survive a power failure on"))


class Topics(Nodes):
    def create(self, node: Node, partitions: int, replicas: int, **settings: str) -> None:
        self.admin("create", node.topic, partitions, replicas, *(f"{name}={value}" for name, value in settings.items()))
        for address in self.address.split(","):
            self.until("every broker knows the topic", lambda: "leader" in self.partition(node.topic, address))

    def assert_refused(self, node: Node, name: str, value: str, wanted: str, reason: str, *command: str) -> None:
        with self.subTest(name, value=value, command=command[:2]):
            said = node.run(*command, codes=(INVALID,)).stderr
            self.assertRegex(said, rf"{name} is {value}, it must be {wanted}[^:]*: {reason}")
            self.assertIn(node.topic, said)
            self.assertEqual(said.count("it must be"), 1, said)


class Settings(Topics):
    def test_that_could_lose_records_are_refused_by_push(self) -> None:
        self.start()
        node = self.node("n1")
        node.run("init", "--ledger", "T1")
        push = ("kafka", "push", self.address, "--node", "n1")
        for fault in FAULTS:
            self.create(node, 1, 1, **{**GOOD, fault[0]: fault[1]})
            self.assert_refused(node, *fault, *push)
            self.admin("delete", node.topic)
        self.create(node, 2, 1, **GOOD)
        said = node.run(*push, codes=(INVALID,)).stderr
        self.assertIn("it has 2 partitions, it must have 1: records of a ledger stand in one order", said)
        self.admin("delete", node.topic)
        self.create(node, 1, 1, **GOOD)
        node.run(*push)
        self.assertEqual(self.node("n2").mirror(self.address).position(), node.position())

    def test_that_were_changed_later_are_refused_by_every_command(self) -> None:
        self.start()
        node = self.node("n1").on_kafka(self.address)
        fault = FAULTS[2]
        self.admin("set", node.topic, *(f"{name}={value}" for name, value in {**GOOD, fault[0]: fault[1]}.items()))
        before = node.position()
        for command in (("lot", "hold", "RM/L1", "--reason", "test"), ("kafka", "write"), ("kafka", "follow"), ("kafka", "repair"),
                        ("kafka", "take-over", "--reason", "test"), ("kafka", "push", self.address, "--node", "n1")):
            self.assert_refused(node, *fault, *command)
        self.assertEqual(len(node.answer("kafka", "status", codes=(1,))["faults"]), 1)
        self.assertEqual(node.position(), before)
        self.admin("set", node.topic, *(f"{name}={value}" for name, value in GOOD.items()))
        self.assertEqual(node.answer("kafka", "status")["faults"], [])
        node.hold("H1")

    def test_of_three_replicas_two_must_be_in_sync(self) -> None:
        self.start("--brokers", "3")
        node = self.node("n1")
        node.run("init", "--ledger", "T1")
        push = ("kafka", "push", self.address, "--node", "n1")
        # Replicas flush when they like: a record is on two of them.
        settings = {name: value for name, value in GOOD.items() if name != "flush.messages"}
        self.create(node, 1, 3, **settings)
        self.assert_refused(node, "min.insync.replicas", "1", "at least 2", "an acknowledged record must survive a broker", *push)
        self.admin("delete", node.topic)
        self.create(node, 1, 3, **{**settings, "min.insync.replicas": "2"})
        node.run(*push)
        node.hold("H1")


class Lost(Topics):
    def test_a_topic_made_anew_is_filled_again_from_the_longest_copy(self) -> None:
        self.start("--flush")
        files = self.plant(1000)
        node = self.node("n1").on_kafka(self.address)
        node.take(files[:100])
        short = self.node("n2").mirror(self.address)
        node.take(files[100:])
        self.admin("delete", node.topic)
        self.create(node, 1, 1, **GOOD)
        self.assert_nothing_changes(node, short)
        self.assertGreater(*(int(one.answer("kafka", "status")["accepted"]) for one in (node, short)))
        before = node.position()
        repaired = node.answer("kafka", "repair")
        self.assertEqual(int(repaired["records"]), before + 1)
        self.assert_copies(node, self.node("n3").mirror(self.address))
        node.hold("H1")
        following = short.begin("kafka", "follow")
        self.until("the short copy has what it missed", lambda: not following.runs() or short.position() == node.position())
        following.send(signal.SIGTERM)
        following.wait(OK)
        self.assert_copies(node, short, self.node("n4").mirror(self.address))
        self.assert_lossless(node, self.local(files), more=1)

    def assert_nothing_changes(self, *nodes: Node) -> None:
        for node in nodes:
            kept = self.contents(node)
            for command in (("kafka", "follow"), ("lot", "hold", "RM/L1", "--reason", "test"), ("kafka", "write"), ("kafka", "take-over", "--reason", "test")):
                said = node.run(*command, codes=(UNAVAILABLE,)).stderr
                self.assertIn(f"topic {node.topic} was truncated or made anew", said)
                self.assertIn("lotledger kafka repair", said)
            self.assertEqual(self.contents(node), kept)

    def contents(self, node: Node) -> dict:
        """The segments' records, and where the node stands."""
        return {"position": node.position(), "records": node.records(), "place": (node.ledger / "kafka" / "place").read_bytes(),
                "forks": sorted(path.name for path in (node.ledger / "kafka").glob("fork-*"))}


if __name__ == "__main__":
    support.main()
