"""Clients that mean harm, beside clients that do not: those keep being served, and the edge is as before afterwards."""

import asyncio
import ssl
import struct
from contextlib import suppress
from typing import Any

import h2.config
import h2.connection
import h2.exceptions

from tests.edge.traffic import asking

_ENOUGH = 200
"""Good requests while the attack goes on."""
_ATTACKERS = 20
_SLOW = 200


async def test_rapid_reset(stack: Any):
    before = stack.edge.counted("http.secure.downstream_rq_too_many_premature_resets")
    async with asking(f"{stack.edge.url}/v1/capabilities", stack.edge.trusting) as asked:
        await asked.until(10)
        attackers = [asyncio.create_task(_reset_until_thrown_out(stack.edge)) for _ in range(_ATTACKERS)]
        await asked.until(_ENOUGH)
        thrown_out = await asyncio.gather(*attackers)

    assert all(thrown_out)
    assert stack.edge.counted("http.secure.downstream_rq_too_many_premature_resets") - before >= _ATTACKERS
    assert asked.success >= 0.95, asked.ends


async def test_slow_headers_and_slow_bodies(stack: Any):
    trusting = stack.edge.trusting
    async with asking(f"{stack.edge.url}/v1/capabilities", trusting) as asked:
        await asked.until(10)
        over = asyncio.Event()
        attacks = [_slowly(stack.edge, trusting, over, body=number % 2 == 0) for number in range(_SLOW)]
        slow = asyncio.gather(*attacks)
        await asked.until(_ENOUGH)
        over.set()
        await slow

    assert asked.success >= 0.95, asked.ends


async def test_headers_that_never_end_are_answered_in_time(stack: Any):
    reader, writer = await _connected(stack.edge, "http/1.1")
    writer.write(b"GET / HTTP/1.1\r\nHost: a\r\nX-A: ")
    async with asyncio.timeout(20):
        answer = await reader.read(65_536)
    await _closed(writer)

    assert answer.startswith(b"HTTP/1.1 408")


async def test_a_flood_of_headers_that_go_on_and_on(stack: Any):
    """CONTINUATION frames without an end (CVE-2024-24549 and its kin)."""
    _, writer = await _connected(stack.edge, "h2")
    writer.write(_preface() + _frame(1, 0, 1, b"\x82\x87\x84"))
    async with asyncio.timeout(30):
        with suppress(OSError):
            while not writer.transport.is_closing():
                writer.write(_frame(9, 0, 1, b"\x40\x0aabcdefghij\x0aabcdefghij" * 500))
                await writer.drain()
                await asyncio.sleep(0)
    await _closed(writer)
    async with asking(f"{stack.edge.url}/v1/capabilities", stack.edge.trusting) as asked:
        await asked.until(10)

    assert {} == asked.failed


async def _reset_until_thrown_out(edge: Any) -> bool:
    """Opens streams and takes each back at once, until the edge closes the connection."""
    reader, writer = await _connected(edge, "h2")
    speaking = h2.connection.H2Connection(h2.config.H2Configuration(header_encoding="utf-8"))
    speaking.initiate_connection()
    headers = [(":method", "GET"), (":path", "/v1/builds"), (":scheme", "https"), (":authority", "localhost")]
    async with asyncio.timeout(60):
        try:
            for _ in range(5_000):
                stream = speaking.get_next_available_stream_id()
                speaking.send_headers(stream, headers, end_stream=True)
                speaking.reset_stream(stream)
                writer.write(speaking.data_to_send())
                await writer.drain()
                if reader.at_eof():
                    return True
            return await _ends(reader)
        except (OSError, h2.exceptions.ProtocolError):
            return True
        finally:
            await _closed(writer)


async def _ends(reader: asyncio.StreamReader) -> bool:
    while await reader.read(65_536):
        pass
    return True


async def _slowly(edge: Any, trusting: ssl.SSLContext, over: asyncio.Event, *, body: bool) -> None:
    """One byte now and then, on one connection after another."""
    head = b"POST /v1/builds HTTP/1.1\r\nHost: localhost\r\nContent-Length: 60000\r\n\r\n"
    while not over.is_set():
        _, writer = await asyncio.open_connection("127.0.0.1", edge.port, ssl=trusting, server_hostname="localhost")
        with suppress(OSError):
            writer.write(head if body else b"GET / HTTP/1.1\r\nHost: localhost\r\nX-A: ")
            while not over.is_set() and not writer.transport.is_closing():
                writer.write(b"a")
                await writer.drain()
                await asyncio.sleep(0.2)
        await _closed(writer)


async def _closed(writer: asyncio.StreamWriter) -> None:
    writer.transport.abort()
    with suppress(OSError):
        await writer.wait_closed()


async def _connected(edge: Any, protocol: str) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    context: ssl.SSLContext = edge.trusting
    context.set_alpn_protocols([protocol])
    return await asyncio.open_connection("127.0.0.1", edge.port, ssl=context, server_hostname="localhost")


def _preface() -> bytes:
    return b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + _frame(4, 0, 0, b"")


def _frame(kind: int, flags: int, stream: int, payload: bytes) -> bytes:
    return struct.pack(">I", len(payload))[1:] + bytes((kind, flags)) + struct.pack(">I", stream) + payload
