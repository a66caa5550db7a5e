"""A TCP proxy that stands in front of a server and does to its clients what networks do."""

import asyncio
import socket
import struct
from collections.abc import AsyncIterator
from contextlib import ExitStack, asynccontextmanager, suppress

from tests.servers.ports import free_port

__all__ = ["Proxy", "proxied"]

_CHUNK_BYTES = 65_536
_BACKLOG = 128
_NO_LINGER = struct.pack("ii", 1, 0)


class Proxy:
    """Passes everything on until it is told otherwise; what it is told holds until it is told something else."""

    def __init__(self, host: str, port: int) -> None:
        self._target = (host, port)
        self._listening: socket.socket | None = None
        self._passing = asyncio.Event()
        self._delay_s = 0.0
        self._connections: set[asyncio.Task[None]] = set()
        self.port = free_port()
        self.passed_bytes = 0

    def pass_(self) -> None:
        """No fault. Connections that hung go on."""
        self._delay_s = 0.0
        self._passing.set()
        self._listen()

    def slow(self, delay_s: float) -> None:
        """Each piece of data comes so much later, in each direction."""
        self.pass_()
        self._delay_s = delay_s

    def hang(self) -> None:
        """Connections are accepted and stay, and nothing comes through: a host that vanished without a word."""
        self.pass_()
        self._passing.clear()

    def cut(self) -> None:
        """Ends the connections there are; new ones pass."""
        self.pass_()
        self._end_connections()

    def refuse(self) -> None:
        """Nobody listens any more, and the connections there were have ended."""
        if self._listening:
            asyncio.get_running_loop().remove_reader(self._listening)
            self._listening.close()
            self._listening = None
        self._end_connections()

    async def aclose(self) -> None:
        self.refuse()
        await asyncio.gather(*self._connections, return_exceptions=True)

    def _listen(self) -> None:
        """Listens when this returns, not at the loop's next turn."""
        if self._listening:
            return
        self._listening = socket.socket()
        self._listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self._listening.setblocking(False)
        self._listening.bind(("127.0.0.1", self.port))
        self._listening.listen(_BACKLOG)
        asyncio.get_running_loop().add_reader(self._listening, self._accept, self._listening)

    def _accept(self, listening: socket.socket) -> None:
        try:
            client, _ = listening.accept()
        except (BlockingIOError, ConnectionError):
            return  # It has gone again.
        client.setblocking(False)
        # A task that is cancelled before its first step runs no `finally` of its own.
        unclaimed = ExitStack()
        unclaimed.callback(client.close)
        connection = asyncio.create_task(self._carry(client, unclaimed))
        self._connections.add(connection)
        connection.add_done_callback(self._connections.discard)
        connection.add_done_callback(lambda _: unclaimed.close())

    def _end_connections(self) -> None:
        for connection in self._connections:
            connection.cancel()

    async def _carry(self, client: socket.socket, unclaimed: ExitStack) -> None:
        near_reader, near = await asyncio.open_connection(sock=client)
        unclaimed.pop_all()
        ends = [near]
        try:
            far_reader, far = await asyncio.open_connection(*self._target)
            ends.append(far)
            async with asyncio.TaskGroup() as directions:
                directions.create_task(self._pump(near_reader, far))
                directions.create_task(self._pump(far_reader, near))
        except* (OSError, asyncio.CancelledError):
            for end in ends:
                _reset(end)
        finally:
            for end in ends:
                end.close()

    async def _pump(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while chunk := await reader.read(_CHUNK_BYTES):
            await self._passing.wait()
            await asyncio.sleep(self._delay_s)
            writer.write(chunk)
            await writer.drain()
            self.passed_bytes += len(chunk)
        await self._passing.wait()
        if writer.can_write_eof():
            writer.write_eof()


def _reset(writer: asyncio.StreamWriter) -> None:
    """Closes as a host does that knows nothing of the connection any more."""
    with suppress(OSError):  # it may have ended by itself
        writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _NO_LINGER)
    writer.transport.abort()


@asynccontextmanager
async def proxied(host: str, port: int) -> AsyncIterator[Proxy]:
    """A proxy on a free port in front of the server, with no fault at first."""
    proxy = Proxy(host, port)
    proxy.pass_()
    try:
        yield proxy
    finally:
        await proxy.aclose()
