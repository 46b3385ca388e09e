"""Requests to a broker that neither kcat nor the program can send, in the bytes of Kafka's protocol."""

from __future__ import annotations

import socket
import struct

SECONDS = 60
CREATE_TOPICS, ELECT_LEADERS, ALTER_PARTITION_REASSIGNMENTS = 19, 43, 45
ELECTION_NOT_NEEDED = 84
NO_TAGS = b"\0"


def ask(address: str, api: int, version: int, body: bytes, tagged: bool = False) -> bytes:
    """The answer of the first broker of the address, behind its correlation number. `tagged`: of the protocol's later form."""
    client = b"lotledger_test"
    request = struct.pack(">hhih", api, version, 1, len(client)) + client + (NO_TAGS if tagged else b"") + body
    host, port = address.split(",")[0].split(":")
    with socket.create_connection((host, int(port)), timeout=SECONDS) as connection:
        connection.sendall(struct.pack(">i", len(request)) + request)
        stream = connection.makefile("rb")
        return stream.read(struct.unpack(">i", stream.read(4))[0])[5 if tagged else 4:]


def text(value: str) -> bytes:
    return struct.pack(">h", len(value)) + value.encode()


def compact_text(value: str) -> bytes:
    return bytes([len(value) + 1]) + value.encode()


def check(code: int, what: str) -> None:
    if code != 0:
        raise AssertionError(f"{what}: error {code}")


def create_topic(address: str, name: str, copies: int) -> None:
    """A topic of one partition. Brokers here create none by themselves, kcat cannot."""
    body = struct.pack(">i", 1) + text(name) + struct.pack(">ihii", 1, copies, 0, 0) + struct.pack(">i?", SECONDS * 1000, False)
    answer = ask(address, CREATE_TOPICS, 2, body)
    # Throttle time, number of topics, name, error code.
    check(*struct.unpack_from(">h", answer, 8 + 2 + len(name)), f"topic {name}")


def move_leader(address: str, topic: str, replicas: list[int]) -> None:
    """Makes the first of the replicas the leader of the topic's partition: names them in this order, then elects the preferred one."""
    order = struct.pack(f">ib{len(replicas)}i", 0, len(replicas) + 1, *replicas) + NO_TAGS
    body = struct.pack(">ib", SECONDS * 1000, 2) + compact_text(topic) + b"\2" + order + NO_TAGS + NO_TAGS
    # Throttle time, error code.
    check(*struct.unpack_from(">h", ask(address, ALTER_PARTITION_REASSIGNMENTS, 0, body, tagged=True), 4), f"order of replicas of {topic}")
    body = struct.pack(">bi", 0, 1) + text(topic) + struct.pack(">iii", 1, 0, SECONDS * 1000)
    answer = ask(address, ELECT_LEADERS, 1, body)
    check(*struct.unpack_from(">h", answer, 4), f"election for {topic}")
    # Number of topics, name, number of partitions, partition, error code; none of a partition that needs no election.
    (topics,) = struct.unpack_from(">i", answer, 6)
    if topics > 0:
        (code,) = struct.unpack_from(">h", answer, 10 + 2 + len(topic) + 8)
        check(0 if code == ELECTION_NOT_NEEDED else code, f"leader of {topic}")
