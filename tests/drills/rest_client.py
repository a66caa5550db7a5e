"""A plain HTTP/1.1 client over TLS that repeats nothing: what an answer costs it is little, what fails is seen."""

import asyncio
import ssl
import time
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass

__all__ = ["Answer", "Connection", "Cut"]

_LIMIT = 1024 * 1024
_IDLE_S = 60.0
"""Browsers leave a connection sooner than the edge does, which closes it after five minutes without a word: a request
on its way at that moment would be lost."""
_NONE: Mapping[str, str] = {}


class Cut(Exception):  # noqa: N818 - what happened to the connection
    """The connection ended before the answer did."""


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer as it came."""

    status: int
    headers: Mapping[str, str]
    body: bytes = b""


class Connection:
    """One connection, one request at a time; it is opened anew once the server has said that it will close it."""

    def __init__(self, port: int, trusting: ssl.SSLContext) -> None:
        self._port = port
        self._trusting = trusting
        self._reader: asyncio.StreamReader | None = None
        self._writer: asyncio.StreamWriter | None = None
        self._used_s = 0.0

    @property
    def is_open(self) -> bool:
        return self._writer is not None and not self._writer.is_closing()

    async def ask(self, method: str, path: str, *, body: bytes = b"", headers: Mapping[str, str] = _NONE) -> Answer:
        """Send a request and read the whole answer. Cut, OSError."""
        answer, pieces = await self._begin(method, path, body, headers)
        return Answer(answer.status, answer.headers, b"".join([piece async for piece in pieces]))

    async def follow(self, path: str, *, headers: Mapping[str, str] = _NONE) -> tuple[Answer, AsyncIterator[bytes]]:
        """Send a GET; the answer without its body, and the body as it comes. Cut, OSError."""
        return await self._begin("GET", path, b"", headers)

    def close(self) -> None:
        if self._writer is not None:
            self._writer.transport.abort()
        self._reader = self._writer = None

    async def _begin(
        self, method: str, path: str, body: bytes, headers: Mapping[str, str]
    ) -> tuple[Answer, AsyncIterator[bytes]]:
        try:
            reader, writer = await self._opened()
            writer.write(_head(method, path, body, headers) + body)
            answer = _answer(await reader.readuntil(b"\r\n\r\n"))
        except asyncio.IncompleteReadError as error:
            self.close()
            raise Cut(f"{method} {path}: closed after {len(error.partial)} bytes of the head") from error
        except BaseException:
            self.close()
            raise
        return answer, self._body(reader, answer)

    async def _opened(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        if time.monotonic() - self._used_s > _IDLE_S:
            self.close()
        if self._reader is None or self._writer is None:
            self._reader, self._writer = await asyncio.open_connection(
                "127.0.0.1", self._port, ssl=self._trusting, server_hostname="localhost", limit=_LIMIT
            )
        return self._reader, self._writer

    async def _body(self, reader: asyncio.StreamReader, answer: Answer) -> AsyncIterator[bytes]:
        whole = False
        try:
            if answer.headers.get("transfer-encoding") == "chunked":
                while size := int(await reader.readline() or b"-", 16):
                    yield (await reader.readexactly(size + 2))[:-2]
                await reader.readline()
            elif answer.status not in (204, 304):
                yield await reader.readexactly(int(answer.headers.get("content-length", "0")))
            whole = True
        except (asyncio.IncompleteReadError, ValueError, OSError) as error:
            raise Cut("closed in the middle of the body") from error
        finally:
            self._used_s = time.monotonic()
            if not whole or answer.headers.get("connection") == "close":
                self.close()


def _head(method: str, path: str, body: bytes, headers: Mapping[str, str]) -> bytes:
    lines = [f"{method} {path} HTTP/1.1", "host: localhost", *(f"{name}: {value}" for name, value in headers.items())]
    if body or method == "POST":
        lines += [f"content-length: {len(body)}", "content-type: application/json"]
    return "\r\n".join([*lines, "", ""]).encode()


def _answer(head: bytes) -> Answer:
    first, *lines = head.decode("latin-1").split("\r\n")
    named = (line.partition(":") for line in lines if line)
    return Answer(int(first.split()[1]), {name.lower(): value.strip() for name, _, value in named})
