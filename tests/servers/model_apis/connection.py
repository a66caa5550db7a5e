"""One connection of an HTTP/1.1 server, low enough to break the protocol on purpose."""

import asyncio
import json
import socket
import ssl
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus

__all__ = ["Connection", "Received", "head"]

_NO_LINGER = struct.pack("ii", 1, 0)
_PHRASES = {int(status): status.phrase for status in HTTPStatus}
_HEADERS_END = b"\r\n\r\n"


@dataclass(frozen=True, slots=True)
class Received:
    """A whole request; names of headers are in lower case."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes


class Connection(asyncio.Protocol):
    """`gone` is set as soon as the client has left."""

    def __init__(self, accepted: "asyncio.Queue[Connection]", number: int) -> None:
        self._accepted = accepted
        self.number = number
        self._buffer = bytearray()
        self._more = asyncio.Event()
        self._writable = asyncio.Event()
        self._writable.set()
        self.gone = asyncio.Event()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        # Its first bytes may be for TLS.
        transport.pause_reading()
        self._transport = transport
        self._accepted.put_nowait(self)

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        self._more.set()

    def connection_lost(self, exc: Exception | None) -> None:
        self.gone.set()
        self._more.set()
        self._writable.set()

    def pause_writing(self) -> None:
        self._writable.clear()

    def resume_writing(self) -> None:
        self._writable.set()

    async def open(self, tls: ssl.SSLContext | None) -> None:
        """OSError when the client does not take the certificate."""
        if tls:
            loop = asyncio.get_running_loop()
            secured = await loop.start_tls(self._transport, self, tls, server_side=True)
            assert secured is not None
            self._transport = secured
        else:
            self._transport.resume_reading()

    async def receive(self) -> Received | None:
        """The next request; None when the client left before it was whole."""
        while (head_ends := self._buffer.find(_HEADERS_END)) < 0:
            if not await self._wait_for_more():
                return None
        request_line, *lines = bytes(self._buffer[:head_ends]).decode("latin-1").split("\r\n")
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
        body_starts = head_ends + len(_HEADERS_END)
        body_ends = body_starts + int(headers.get("content-length", "0"))
        while len(self._buffer) < body_ends:
            if not await self._wait_for_more():
                return None
        body = bytes(self._buffer[body_starts:body_ends])
        del self._buffer[:body_ends]
        method, path, _ = request_line.split(" ")
        return Received(method, path, headers, body)

    async def write(self, content: bytes) -> None:
        """ConnectionError when the client has gone."""
        if self.gone.is_set():
            raise ConnectionResetError
        self._transport.write(content)
        await self._writable.wait()

    async def answer(self, status: int, body: object, headers: Mapping[str, str]) -> None:
        content = json.dumps(body).encode()
        await self.write(head(status, {"content-type": "application/json", **headers}, length=len(content)) + content)

    async def chunk(self, content: bytes) -> None:
        """A piece of a body of unknown length; an empty one is its end."""
        await self.write(b"%x\r\n%s\r\n" % (len(content), content))

    async def left(self, within_s: float) -> bool:
        """Wait so long; whether the client left meanwhile."""
        try:
            async with asyncio.timeout(within_s):
                await self.gone.wait()
        except TimeoutError:
            return False
        return True

    def close(self) -> None:
        self._transport.close()

    def reset(self) -> None:
        """Leave as a host does that knows nothing of the connection any more."""
        self._transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _NO_LINGER)
        self._transport.abort()

    async def _wait_for_more(self) -> bool:
        if self.gone.is_set():
            return False
        self._more.clear()
        await self._more.wait()
        return not self.gone.is_set()


def head(status: int, headers: Mapping[str, str], *, length: int | None) -> bytes:
    """Of an answer that is so long, or comes in chunks."""
    phrase = _PHRASES.get(status, "Overloaded")
    size = "transfer-encoding: chunked" if length is None else f"content-length: {length}"
    lines = [f"HTTP/1.1 {status} {phrase}", size, *(f"{name}: {value}" for name, value in headers.items()), "", ""]
    return "\r\n".join(lines).encode()
