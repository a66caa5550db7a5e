"""kill -9 at any point loses nothing that was acknowledged, and stores nothing twice."""

import asyncio
import json
import os
import sys
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from pcf.audit.v1 import audit_pb2 as pb
from pcf.audit.v1.audit_pb2_grpc import AuditServiceStub
from pcf_runtime.client import open_channel, service_config
from pcf_runtime.errors import ServiceError

MessageMaker = Callable[..., pb.Event]
CALLERS = 16
EVENTS_A_CALL = 5


@asynccontextmanager
async def process(database: Path) -> AsyncIterator[tuple[asyncio.subprocess.Process, AuditServiceStub]]:
    """The service as it is deployed, a process of its own, killed at the latest when the block ends."""
    environment = {
        **os.environ,
        "PCF_AUDIT_DATABASE": str(database),
        "PCF_AUDIT_PORT": "0",
        "PCF_AUDIT_METRICS_PORT": "0",
    }
    service = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "pcf_audit", env=environment, stderr=asyncio.subprocess.PIPE
    )
    assert service.stderr is not None
    port = await bound_port(service.stderr)
    reading = asyncio.create_task(service.stderr.read())
    channel = open_channel(f"127.0.0.1:{port}", service_config=service_config("pcf.audit.v1"))
    try:
        yield service, AuditServiceStub(channel)
    finally:
        await channel.close()
        if service.returncode is None:
            service.kill()
        await service.wait()
        await reading


async def bound_port(log: asyncio.StreamReader) -> int:
    async for line in log:
        entry = json.loads(line)
        if entry["message"] == "server started":
            return int(entry["server"]["port"])
    raise AssertionError("the service ended before it started")


class Acknowledged:
    """What callers were told is stored, and whether that is enough."""

    def __init__(self, wanted: int) -> None:
        self._wanted = wanted
        self.hashes: dict[str, str] = {}
        self.enough = asyncio.Event()

    def take(self, response: pb.AppendEventsResponse) -> None:
        self.hashes.update({receipt.event_id: receipt.leaf_hash for receipt in response.receipts})
        if len(self.hashes) >= self._wanted:
            self.enough.set()


async def append_until_killed(
    stub: AuditServiceStub, first: int, make_message: MessageMaker, acknowledged: Acknowledged
) -> None:
    """One caller: appends call after call until nobody answers."""
    number = first
    while True:
        events = [make_message(number + step) for step in range(EVENTS_A_CALL)]
        try:
            acknowledged.take(await stub.AppendEvents(pb.AppendEventsRequest(events=events)))
        except ServiceError:
            return
        number += EVENTS_A_CALL


@pytest.mark.parametrize("count", [1, 1_000])
async def test_what_was_acknowledged_survives_kill_9(tmp_path: Path, make_message: MessageMaker, count: int):
    acknowledged = Acknowledged(count)
    async with process(tmp_path / "audit.db") as (service, stub):
        callers = [
            asyncio.create_task(append_until_killed(stub, 1_000_000 * caller, make_message, acknowledged))
            for caller in range(CALLERS)
        ]
        await acknowledged.enough.wait()
        service.kill()
        await asyncio.gather(*callers)
    async with process(tmp_path / "audit.db") as (_, stub):
        verified = await stub.VerifyLog(pb.VerifyLogRequest())
        stored = [event async for event in stub.ExportEvents(pb.ExportEventsRequest())]

    assert verified.valid
    assert acknowledged.hashes.items() <= {event.event_id: event.leaf_hash for event in stored}.items()
    assert {1} == set(Counter(event.event_id for event in stored).values())


async def test_a_call_repeated_after_kill_9_is_stored_once(tmp_path: Path, make_message: MessageMaker):
    """Whether the call that was cut off is in the log is not known; repeating it is always right."""
    events = [make_message(number) for number in range(500)]
    async with process(tmp_path / "audit.db") as (service, stub):
        call = asyncio.ensure_future(stub.AppendEvents(pb.AppendEventsRequest(events=events), timeout=5))
        await stub.ListEvents(pb.ListEventsRequest())
        service.kill()
        await asyncio.wait([call])
        call.exception()
    async with process(tmp_path / "audit.db") as (_, stub):
        await stub.AppendEvents(pb.AppendEventsRequest(events=events))
        stored = [event.event_id async for event in stub.ExportEvents(pb.ExportEventsRequest())]

    assert [event.event_id for event in events] == stored


async def test_sigterm_leaves_one_whole_file(tmp_path: Path, make_message: MessageMaker):
    async with process(tmp_path / "audit.db") as (service, stub):
        await stub.AppendEvents(pb.AppendEventsRequest(events=[make_message(0)]))
        service.terminate()

        assert await service.wait() == 0
    assert sorted(names_in(tmp_path)) == ["audit.db", "audit.keys"]


def names_in(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir()]
