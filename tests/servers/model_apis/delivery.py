"""Carries an answer to the client, or part of it, or late."""

from collections.abc import Iterable

from tests.servers.model_apis.connection import Connection, head
from tests.servers.model_apis.faults import Planned

__all__ = ["carry"]

_BREAKING = ("stall", "reset_midway", "cut_connection")
_STREAM = {"content-type": "text/event-stream; charset=utf-8", "cache-control": "no-cache"}


async def carry(connection: Connection, events: Iterable[bytes], fault: Planned | None) -> bool:
    """Whether the connection is good for another request; ConnectionError when the client left."""
    name = fault.name if fault else ""
    if fault and not await _headers(connection, fault):
        return False
    if not fault:
        await connection.write(head(200, _STREAM, length=None))
    stops_at = -1
    if name in _BREAKING:
        events = list(events)
        stops_at = len(events) // 2
    for number, event in enumerate(events):
        if number == stops_at:
            return await _break_off(connection, name)
        if fault and (name == "slow_chunks" or (name == "slow_first_token" and number == 0)):
            await _wait(connection, fault.delay_s)
        await connection.chunk(event)
    await connection.chunk(b"")
    return True


async def _headers(connection: Connection, fault: Planned) -> bool:
    """Whether the events come next."""
    match fault.name:
        case "hang":
            await connection.gone.wait()
        case "reset":
            connection.reset()
        case "closed":
            pass
        case "half_headers":
            await connection.write(head(200, _STREAM, length=None)[:40])
        case "wrong_content_type":
            page = b"<html><body>Welcome to the captive portal</body></html>"
            await connection.write(head(200, {"content-type": "text/html"}, length=len(page)) + page)
        case "redirect":
            await connection.answer(307, {}, {"location": "http://127.0.0.1:9/elsewhere"})
        case _:
            await connection.write(head(200, _STREAM, length=None))
            return True
    return False


async def _break_off(connection: Connection, name: str) -> bool:
    if name == "stall":
        await connection.gone.wait()
    if name == "reset_midway":
        connection.reset()
    return False


async def _wait(connection: Connection, delay_s: float) -> None:
    if await connection.left(delay_s):
        raise ConnectionResetError
