"""A network between clients and a broker that can be cut, that can swallow, and that can be slow."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Coroutine
from contextlib import suppress

CALL_SECONDS = 30
CHUNK_BYTES = 1 << 16
# What may be under way in one direction of a connection.
CHUNKS = 256


class Connection:
    """One client and its connection to the broker."""

    def __init__(self) -> None:
        self.writers: list[asyncio.StreamWriter] = []
        # Bytes of it were swallowed: what followed would be taken for something else.
        self.has_hole = False

    def drop(self) -> None:
        for writer in self.writers:
            writer.transport.abort()


class Proxy:
    """Listens on a port of its own on loopback and passes everything on to a broker. Safe to use from one thread."""

    def __init__(self) -> None:
        self.port = 0
        self.broker_port = 0
        self.delay_seconds = 0.0
        self.swallows = False
        self.swallowed_bytes = 0
        self.dropped = 0
        self.server: asyncio.Server | None = None
        self.connections: set[Connection] = set()
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self.loop.run_forever, daemon=True)
        self.thread.start()
        self.call(self.listen())

    def pass_to(self, port: int) -> None:
        """Names the broker; before the first client comes."""
        self.broker_port = port

    def cut(self) -> None:
        """Ends every connection and refuses new ones."""
        self.call(self.refuse())

    def swallow(self) -> None:
        """Takes connections and bytes, and passes nothing on any more, in either direction."""
        self.swallows = True

    def slow(self, seconds: float) -> None:
        """Everything takes so much longer in each direction; nothing is lost or overtaken."""
        self.delay_seconds = seconds

    def heal(self) -> None:
        """All is well again. Connections that lost bytes are ended: neither side could make sense of the rest."""
        self.delay_seconds = 0.0
        self.call(self.mend())

    def close(self) -> None:
        self.call(self.refuse())
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join(CALL_SECONDS)
        self.loop.close()

    def call(self, coroutine: Coroutine) -> None:
        asyncio.run_coroutine_threadsafe(coroutine, self.loop).result(CALL_SECONDS)

    async def listen(self) -> None:
        # asyncio allows to listen on the port again while closed connections of it wait for their end.
        self.server = await asyncio.start_server(self.serve, "127.0.0.1", self.port, family=socket.AF_INET)
        self.port = self.server.sockets[0].getsockname()[1]

    async def refuse(self) -> None:
        if self.server is not None:
            self.server.close()
            self.server = None
        for connection in list(self.connections):
            self.dropped += 1
            connection.drop()
        while self.connections:
            await asyncio.sleep(0.001)

    async def mend(self) -> None:
        self.swallows = False
        for connection in list(self.connections):
            if connection.has_hole:
                connection.drop()
        if self.server is None:
            await self.listen()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connection = Connection()
        connection.writers.append(writer)
        self.connections.add(connection)
        try:
            broker_reader, broker_writer = await asyncio.open_connection("127.0.0.1", self.broker_port)
            connection.writers.append(broker_writer)
            await asyncio.gather(self.pump(connection, reader, broker_writer), self.pump(connection, broker_reader, writer))
        except OSError:
            # The broker is not there, or a side went away: the other one learns of it below.
            pass
        finally:
            connection.drop()
            self.connections.discard(connection)

    async def pump(self, connection: Connection, source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
        """Ends, and the connection with it, when a side has said its last."""
        under_way: asyncio.Queue = asyncio.Queue(CHUNKS)
        delivery = asyncio.ensure_future(self.deliver(under_way, sink))
        try:
            while chunk := await source.read(CHUNK_BYTES):
                if self.swallows:
                    connection.has_hole = True
                    self.swallowed_bytes += len(chunk)
                elif not connection.has_hole:
                    await under_way.put((self.loop.time() + self.delay_seconds, chunk))
            await under_way.put((0.0, b""))
            await delivery
        finally:
            delivery.cancel()
            with suppress(asyncio.CancelledError, OSError):
                await delivery
        connection.drop()

    async def deliver(self, under_way: asyncio.Queue, sink: asyncio.StreamWriter) -> None:
        while True:
            due, chunk = await under_way.get()
            if not chunk:
                return
            await asyncio.sleep(max(0.0, due - self.loop.time()))
            sink.write(chunk)
            await sink.drain()
