"""A bare HTTP/1.1 client: one connection, one request at a time. A full one would cost more than what is measured."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Response:
    """A response as it came."""

    status: int
    body: bytes


class Connection:
    """A connection that is kept alive."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, headers: str) -> None:
        self._reader = reader
        self._writer = writer
        self._headers = headers

    @classmethod
    async def open(cls, port: int, headers: Mapping[str, str] | None = None) -> "Connection":
        """Connect to a port of this machine; the headers go with every request."""
        said = "".join(f"{name}: {value}\r\n" for name, value in (headers or {}).items())
        return cls(*await asyncio.open_connection("127.0.0.1", port), said)

    async def request(self, method: str, path: str, body: bytes = b"") -> Response:
        """Send a request and read the whole response."""
        head = f"{method} {path} HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-length: {len(body)}\r\n{self._headers}"
        head += "content-type: application/json\r\n\r\n" if body else "\r\n"
        self._writer.write(head.encode() + body)
        lines = (await self._reader.readuntil(b"\r\n\r\n")).decode().lower().split("\r\n")
        status = int(lines[0].split()[1])
        headers = dict(line.split(": ", 1) for line in lines[1:] if ": " in line)
        if headers.get("transfer-encoding") == "chunked":
            return Response(status, await self._chunks())
        return Response(status, await self._reader.readexactly(int(headers.get("content-length", "0"))))

    async def close(self) -> None:
        """Hang up."""
        self._writer.close()
        await self._writer.wait_closed()

    async def _chunks(self) -> bytes:
        body = b""
        while size := int(await self._reader.readline(), 16):
            body += (await self._reader.readexactly(size + 2))[:-2]
        await self._reader.readline()
        return body
