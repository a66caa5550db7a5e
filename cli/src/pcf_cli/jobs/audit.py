"""Shows the audit log, and has it verified."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import suppress

from pcf_cli.client import Api, connect
from pcf_cli.exits import Exit
from pcf_cli.following import Pause
from pcf_cli.output import facts, show_json, show_row, show_text, table
from pcf_cli.resources import AuditEvent

__all__ = ["follow", "tail", "verify"]

_PATH = "/v1/audit/events"
_LOOK_AGAIN_S = 1.0
_COLUMNS = ["index", "time", "type", "outcome", "actor", "build", "details"]
Wanted = Mapping[str, str | None]


async def tail(url: str, wanted: Wanted, *, limit: int | None, as_json: bool) -> None:
    """The newest events, oldest of them first."""
    async with connect(url) as api:
        events = await _newest(api, wanted, limit=limit)
    if as_json:
        show_json({"events": events})
        return
    table(_COLUMNS, [_row(event) for event in events])


async def follow(url: str, wanted: Wanted, *, limit: int | None, as_json: bool, pause: Pause = asyncio.sleep) -> None:
    """The newest events, and then each new one; to be interrupted is its usual end."""
    with suppress(asyncio.CancelledError):
        async with connect(url) as api:
            known = -1
            events = await _newest(api, wanted, limit=limit)
            while True:
                for event in events:
                    _show_now(event, as_json=as_json)
                    known = event["index"]
                await pause(_LOOK_AGAIN_S)
                events = [event async for event in _after(api, wanted, known)][::-1]


async def verify(url: str, *, as_json: bool) -> Exit:
    """Whether the log and its tree agree."""
    async with connect(url) as api:
        found = await api.verify_log()
    if as_json:
        show_json(found)
    else:
        show_text("The audit log holds." if found["valid"] else "THE AUDIT LOG IS BROKEN.")
        facts(
            [
                ("Events", f"{found['event_count']:,}"),
                ("From entry", found["first_index"] or None),
                ("Root", found["root_hash"]),
                ("Breaks at", found["broken_index"]),
                ("How", found["fault"]),
            ]
        )
    return Exit.DONE if found["valid"] else Exit.REFUSED


async def _newest(api: Api, wanted: Wanted, *, limit: int | None) -> list[AuditEvent]:
    return [event async for event in api.listed(_PATH, "events", limit=limit, query=wanted)][::-1]


async def _after(api: Api, wanted: Wanted, index: int) -> AsyncIterator[AuditEvent]:
    """Newer ones than that, newest first."""
    async for event in api.listed(_PATH, "events", query=wanted):
        if event["index"] <= index:
            return
        yield event


def _show_now(event: AuditEvent, *, as_json: bool) -> None:
    if as_json:
        show_json(event, indent=None)
    else:
        show_row(_row(event))


def _row(event: AuditEvent) -> tuple[object, ...]:
    details = " ".join(f"{name}={value}" for name, value in event["details"].items())
    build_id = event["build_id"]
    return (event["index"], event["event_time"], event["type"], event["outcome"], event["actor"], build_id, details)
