"""Delivers the outbox to the audit service: in order, until acknowledged, safe to repeat."""

import asyncio
import logging
from collections.abc import Sequence

import grpc
from google.protobuf.timestamp_pb2 import Timestamp
from pcf.audit.v1 import audit_pb2, audit_pb2_grpc
from pcf_runtime.errors import ServiceError

from pcf_generator.build_store import BuildStore
from pcf_generator.domain.trail import AuditEvent, Outcome

log = logging.getLogger(__name__)

BATCH = 200
FIRST_DELAY_S = 0.2
LONGEST_DELAY_S = 10.0

_OUTCOMES = {
    Outcome.SUCCEEDED: audit_pb2.Event.OUTCOME_SUCCEEDED,
    Outcome.REFUSED: audit_pb2.Event.OUTCOME_REFUSED,
    Outcome.FAILED: audit_pb2.Event.OUTCOME_FAILED,
}


class AuditDelivery:
    """Works through the outbox. The audit service down costs nothing but the lag."""

    def __init__(self, store: BuildStore, channel: grpc.aio.Channel, *, poll_s: float = 0.25) -> None:
        self._store = store
        self._stub = audit_pb2_grpc.AuditServiceStub(channel)
        self._poll_s = poll_s
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Begin to deliver."""
        self._task = asyncio.create_task(self._deliver_forever(), name="audit delivery")

    async def stop(self) -> None:
        """Try once more to deliver what is left, then stop; what stays is delivered after the next start."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
            try:
                while await self._deliver():
                    pass
            except ServiceError as error:
                log.warning("audit entries stay in the outbox", extra={"pcf.reason": error.reason})

    async def _deliver_forever(self) -> None:
        delay = FIRST_DELAY_S
        while True:
            try:
                more = await self._deliver()
                delay = FIRST_DELAY_S
            except ServiceError as error:
                log.warning("audit log not reached", extra={"pcf.reason": error.reason})
                more = False
                delay = min(delay * 2, LONGEST_DELAY_S)
                await asyncio.sleep(delay)
            if not more:
                await asyncio.sleep(self._poll_s)

    async def _deliver(self) -> bool:
        """Deliver one batch; whether there may be more."""
        events = await self._store.undelivered(limit=BATCH)
        if events:
            await self._stub.AppendEvents(_request(events))
            await self._store.delivered([event.event_id for event in events])
        return len(events) == BATCH


def _request(events: Sequence[AuditEvent]) -> audit_pb2.AppendEventsRequest:
    return audit_pb2.AppendEventsRequest(events=[_message(event) for event in events])


def _message(event: AuditEvent) -> audit_pb2.Event:
    time = Timestamp()
    time.FromDatetime(event.event_time)
    return audit_pb2.Event(
        event_id=event.event_id,
        type=event.entry.type,
        event_time=time,
        actor=event.actor,
        build=f"builds/{event.build_id}",
        request_id=event.request_id,
        outcome=_OUTCOMES[event.entry.outcome],
        details=event.entry.details,
    )
