"""Clients that submit at the same time through one writer while broker and network fail: one history that fits what each was told.

    python3 tests/kafka/history_test.py PROGRAM ADMIN [TEST...]
"""

from __future__ import annotations

import itertools
import json
import signal
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

import support
from support import OK, UNAVAILABLE, Node, Nodes

CLIENTS = 4


@dataclass
class Order:
    """A hold that was submitted, with one id until it was acknowledged."""
    hold: str
    begin: float
    end: float = 0.0
    position: int = -1
    attempts: int = 0
    last_error: str = ""

    def acknowledged(self) -> bool:
        return self.position >= 0


class Client(threading.Thread):
    """Submits holds one after the other; each is repeated until it is acknowledged, or it is time to stop."""

    def __init__(self, node: Node, number: int, stop: threading.Event) -> None:
        super().__init__(daemon=True)
        self.node, self.number, self.stop = node, number, stop
        self.orders: list[Order] = []
        self.failure: BaseException | None = None

    def run(self) -> None:
        try:
            for count in itertools.count():
                if self.stop.is_set():
                    return
                self.submit(Order(f"H{self.number}-{count}", time.monotonic()))
        except BaseException as failure:  # Told by the test, which is another thread.
            self.failure = failure

    def receipts(self) -> int:
        return sum(order.acknowledged() for order in list(self.orders))

    def submit(self, order: Order) -> None:
        self.orders.append(order)
        while not order.acknowledged() and not self.stop.is_set():
            order.attempts += 1
            done = self.node.hold(order.hold, f"RM/L{self.number}", codes=(OK, UNAVAILABLE))
            order.end = time.monotonic()
            if done.returncode == OK:
                order.position = int(json.loads(done.stdout)["position"]["T1"])
            else:
                order.last_error = done.stderr


class History(Nodes):
    def test_holds_though_the_broker_dies(self) -> None:
        self.start("--flush")
        self.assert_holds_through(self.node("n1").on_kafka(self.address), [self.kill_and_restart] * 2)

    def test_holds_though_the_network_is_cut_or_swallows(self) -> None:
        node = self.node("n1").on_kafka(self.start_behind_proxy("--flush"))
        self.assert_holds_through(node, [lambda: self.heal_after(self.proxy.cut), lambda: self.heal_after(self.proxy.swallow)] * 2)
        self.assertGreater(min(self.proxy.dropped, self.proxy.swallowed_bytes), 0)

    def kill_and_restart(self) -> None:
        self.kill_broker(self.pid(1))
        self.kafka("restart", "1")

    def heal_after(self, fault: Callable[[], None]) -> None:
        fault()
        self.pause(1.0)
        self.proxy.heal()

    def assert_holds_through(self, node: Node, disturbances: list[Callable[[], None]]) -> None:
        """Every receipt is in the ledger, once and in order."""
        self.writer = self.begin_writing(node, "kafka", "write")
        stop = threading.Event()
        clients = [Client(node, number, stop) for number in range(CLIENTS)]
        for client in clients:
            client.start()
        try:
            for disturb in disturbances:
                self.wait_for_receipts(node, clients)
                self.pause(0.2)
                disturb()
            self.wait_for_receipts(node, clients)
        finally:
            stop.set()
            for client in clients:
                client.join(support.STEP_SECONDS)
        self.writer.send(signal.SIGTERM)
        self.writer.wait(OK, UNAVAILABLE)
        orders = [order for client in clients for order in client.orders]
        self.assert_once(node, orders)
        self.assert_in_order(orders)
        self.assert_copies(node, self.node("n2").mirror(self.address))

    def wait_for_receipts(self, node: Node, clients: list[Client]) -> None:
        """Until each client has two more. A writer that gave up is started again, as whoever watches it would."""
        wanted = [client.receipts() + 2 for client in clients]

        def have() -> bool:
            for client in clients:
                if client.failure:
                    raise client.failure
            if not self.writer.runs():
                self.writer.wait(UNAVAILABLE)
                self.writer = node.begin("kafka", "write")
            return all(client.receipts() >= least for client, least in zip(clients, wanted))
        self.until("receipts for every client", have)

    def assert_once(self, node: Node, orders: list[Order]) -> None:
        held = node.holds()
        for order in orders:
            if order.acknowledged():
                self.assertEqual(held.get(order.hold), [order.position], order)
            else:
                self.assertLessEqual(len(held.get(order.hold, [])), 1, order)
        for order in [order for order in orders if order.acknowledged()][-3:]:
            self.assertIn(f'"command {order.hold}"', json.dumps(node.answer("event", "get", f"T1:{order.position}")))

    def assert_in_order(self, orders: list[Order]) -> None:
        """What was acknowledged before something else was submitted stands before it."""
        told = [order for order in orders if order.acknowledged()]
        for one in told:
            for other in told:
                if one.end < other.begin:
                    self.assertLess(one.position, other.position, (one, other))


if __name__ == "__main__":
    support.main()
