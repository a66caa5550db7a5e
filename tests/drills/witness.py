"""Appends to the audit log without a pause, and remembers what was acknowledged."""

import asyncio
import time
from dataclasses import dataclass, field
from typing import Any

from google.protobuf.timestamp_pb2 import Timestamp
from pcf.audit.v1 import audit_pb2, audit_pb2_grpc
from pcf_runtime.client import open_channel, service_config
from pcf_runtime.errors import ServiceError
from pcf_runtime.ids import new_ulid

__all__ = ["Witness"]

_BATCH = 20
_CALL_S = 5.0
_PAUSE_S = 0.02


@dataclass(slots=True)
class Witness:
    """One caller of AppendEvents, who repeats what was not acknowledged."""

    target: str
    acknowledged: dict[str, int] = field(default_factory=dict)
    """By event id, the index that the log gave it."""
    answered_at: float = 0.0
    """When the last acknowledgement came, by the monotonic clock."""
    longest_pause_s: float = 0.0
    pace_s: float = 0.0
    """Between two calls."""
    _stopping: asyncio.Event = field(default_factory=asyncio.Event)

    async def work(self) -> None:
        async with open_channel(self.target, service_config=service_config("pcf.audit.v1")) as channel:
            stub = audit_pb2_grpc.AuditServiceStub(channel)
            self.answered_at = time.monotonic()
            while not self._stopping.is_set():
                await self._append(stub, audit_pb2.AppendEventsRequest(events=[_event() for _ in range(_BATCH)]))
                await asyncio.sleep(self.pace_s)

    def stop(self) -> None:
        self._stopping.set()

    async def faults(self) -> list[str]:
        """What of the acknowledged is not where it was said to be."""
        found = await self._found()
        return [
            f"{event_id} was acknowledged at {index} and is at {found.get(event_id)}"
            for event_id, index in self.acknowledged.items()
            if found.get(event_id) != index
        ]

    async def missing(self) -> list[str]:
        """What of the acknowledged is nowhere."""
        found = await self._found()
        return [event_id for event_id in self.acknowledged if event_id not in found]

    async def _found(self) -> dict[str, int]:
        """Where the witnessed events are; one that stands there twice is nowhere."""
        found: dict[str, int] = {}
        async with open_channel(self.target, service_config=service_config("pcf.audit.v1")) as channel:
            stub = audit_pb2_grpc.AuditServiceStub(channel)
            wanted = audit_pb2.EventFilter(type="drill.witnessed")
            async for event in stub.ExportEvents(audit_pb2.ExportEventsRequest(filter=wanted), timeout=600):
                found[event.event_id] = -1 if event.event_id in found else event.index
        return found

    async def _append(self, stub: Any, request: audit_pb2.AppendEventsRequest) -> None:
        while True:
            try:
                answer = await stub.AppendEvents(request, timeout=_CALL_S)
            except ServiceError:
                if self._stopping.is_set():
                    return
                await asyncio.sleep(_PAUSE_S)
                continue
            now = time.monotonic()
            self.longest_pause_s = max(self.longest_pause_s, now - self.answered_at)
            self.answered_at = now
            self.acknowledged |= {receipt.event_id: receipt.index for receipt in answer.receipts}
            return


def _event() -> audit_pb2.Event:
    now = Timestamp()
    now.GetCurrentTime()
    return audit_pb2.Event(
        event_id=new_ulid(),
        type="drill.witnessed",
        event_time=now,
        actor="drill",
        outcome=audit_pb2.Event.OUTCOME_SUCCEEDED,
    )
