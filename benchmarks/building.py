"""A build as its maker sees it: asked for, followed to the end, fetched."""

import json
import time
from collections.abc import Awaitable, Callable

from http_client import Connection

Call = Callable[[], Awaitable[object]]


async def started(connection: Connection, prompt: str) -> str:
    """Create a build; its path."""
    created = await connection.request("POST", "/v1/builds", json.dumps({"prompt": prompt}).encode())
    assert created.status == 202, created
    return f"/v1/builds/{json.loads(created.body)['id']}"


async def build(connection: Connection, prompt: str, *, kind: str = "source") -> bytes:
    """Create a build, follow its events to the end, and fetch what it made."""
    path = await started(connection, prompt)
    events = await connection.request("GET", f"{path}/events")
    assert b"event: succeeded" in events.body, events
    made = await connection.request("GET", f"{path}/artifacts/{kind}")
    assert made.status == 200, made
    return made.body


async def timed(call: Call) -> float:
    """How long a call takes, in seconds."""
    began = time.perf_counter()
    await call()
    return time.perf_counter() - began
