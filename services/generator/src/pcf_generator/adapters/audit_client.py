"""Delivers the outbox to the audit service: in order, until acknowledged, safe to repeat.

An entry that the audit service refuses for good would block all that come after it. It is found by sending fewer
at once, and set aside in the store, where operators find it; nothing is dropped.

Of several instances one delivers at a time, and another takes over when it is gone. Two at once would only send some
entries twice, which the audit log notices.
"""

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import grpc
from google.protobuf.timestamp_pb2 import Timestamp
from pcf.audit.v1 import audit_pb2, audit_pb2_grpc
from pcf_runtime import tasks
from pcf_runtime.errors import AlreadyExists, InvalidArgument, ResourceExhausted, ServiceError
from pcf_runtime.trace_context import PARENT_KEY
from pcf_runtime.tracing.tracing import OFF, Tracing

from pcf_generator.build_store import BuildStore, StoreUnavailable
from pcf_generator.domain.trail import AuditEvent, Outcome

log = logging.getLogger(__name__)

BATCH = 200
_UNRECORDED = f"00-{1:032x}-{1:016x}-00"
"""A parent for entries of builds that nobody records: their delivery is not recorded either."""

_OUTCOMES = {
    Outcome.SUCCEEDED: audit_pb2.Event.OUTCOME_SUCCEEDED,
    Outcome.REFUSED: audit_pb2.Event.OUTCOME_REFUSED,
    Outcome.FAILED: audit_pb2.Event.OUTCOME_FAILED,
}


@dataclass(frozen=True, slots=True)
class DeliveryTimes:
    """In seconds."""

    linger_s: float = 0.1
    """After a wake-up, so that what a running build writes next goes along in one call."""
    idle_s: float = 10.0
    """After which the outbox is looked at without a wake-up: another instance may have left something."""
    turn_s: float = 15.0
    """How long it stays this instance's turn to deliver without another sign of life."""
    first_delay_s: float = 0.2
    """Before trying again; doubled each time."""
    longest_delay_s: float = 10.0
    flush_s: float = 2.0
    """How long a stop may take: what stays in the outbox is delivered after the next start."""


class DeliveryObserver(Protocol):
    """Is told what becomes of entries: metrics."""

    def entries_delivered(self, count: int) -> None:
        """The audit log has them."""

    def entry_set_aside(self) -> None:
        """The audit log will never have it."""


class AuditDelivery:
    """Works through the outbox. The audit service down costs nothing but the lag."""

    def __init__(
        self,
        store: BuildStore,
        channel: grpc.aio.Channel,
        *,
        owner: str,
        observer: DeliveryObserver,
        times: DeliveryTimes | None = None,
        traces: Tracing = OFF,
    ) -> None:
        self._store = store
        self._stub = audit_pb2_grpc.AuditServiceStub(channel)
        self._owner = owner
        self._observer = observer
        self._times = times or DeliveryTimes()
        self._traces = traces
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Begin to deliver."""
        self._task = asyncio.create_task(self._deliver_forever(), name="audit delivery")
        self._task.add_done_callback(_tell_death)

    async def stop(self) -> None:
        """Deliver what can be delivered quickly, then stop; what stays is delivered after the next start."""
        if self._task is None:
            return
        await tasks.end(self._task)
        try:
            async with asyncio.timeout(self._times.flush_s):
                await self._deliver_all()
                await self._store.leave_delivery(self._owner)
        except (ServiceError, StoreUnavailable, TimeoutError) as error:
            log.warning("audit entries stay in the outbox", extra={"pcf.reason": _reason(error)})

    async def _deliver_forever(self) -> None:
        delay_s = self._times.first_delay_s
        while True:
            try:
                await self._deliver_all()
            except (ServiceError, StoreUnavailable) as error:
                log.warning("audit log not reached", extra={"pcf.reason": _reason(error)})
                await asyncio.sleep(delay_s)
                delay_s = min(delay_s * 2, self._times.longest_delay_s)
                continue
            delay_s = self._times.first_delay_s
            await self._store.wait_for_trail(timeout_s=self._times.idle_s)
            await asyncio.sleep(self._times.linger_s)

    async def _deliver_all(self) -> None:
        """Deliver what is there; what comes meanwhile waits, or busy builds would have it sent bit by bit."""
        size = BATCH
        while events := await self._next(size):
            try:
                await self._append(events)
            except ServiceError as error:
                if not _refused(error):
                    raise
                if len(events) == 1:
                    await self._set_aside(events[0], error)
                # The bad one is among these: find it by beginning small again.
                size = 1
                continue
            await self._store.delivered([event.event_id for event in events])
            self._observer.entries_delivered(len(events))
            if len(events) < size:
                return
            size = min(size * 2, BATCH)

    async def _append(self, events: Sequence[AuditEvent]) -> None:
        """A part of the trace of the first build that has one; tied to those of the others."""
        first, *others = dict.fromkeys(event.trace for event in events if event.trace) or ("",)
        came = {PARENT_KEY: first or _UNRECORDED}
        told = {"messaging.batch.message_count": len(events)}
        with self._traces.request("deliver audit entries", "producer", came, told, others):
            await self._stub.AppendEvents(_request(events))

    async def _next(self, size: int) -> Sequence[AuditEvent]:
        """What to deliver; nothing while it is another instance's turn."""
        if not await self._store.take_delivery(self._owner, turn_s=self._times.turn_s):
            return ()
        return await self._store.undelivered(limit=size)

    async def _set_aside(self, event: AuditEvent, error: ServiceError) -> None:
        log.error(
            "audit entry refused and set aside",
            extra={"pcf.event_id": event.event_id, "pcf.type": event.entry.type, "pcf.reason": error.reason},
        )
        await self._store.set_aside(event.event_id, reason=f"{error.reason}: {error.message}"[:1000])
        self._observer.entry_set_aside()


def _tell_death(task: "asyncio.Task[None]") -> None:
    """Log at once what would otherwise show only in the outbox's depth: nothing is delivered any more."""
    if not task.cancelled() and (error := task.exception()):
        log.critical("audit delivery stopped by an error", exc_info=error)


def _refused(error: ServiceError) -> bool:
    """Whether repeating the call cannot help: the content is at fault, or it is too much for one message."""
    too_large = isinstance(error, ResourceExhausted) and error.retry_after_s is None
    return too_large or isinstance(error, InvalidArgument | AlreadyExists)


def _reason(error: Exception) -> str:
    return error.reason if isinstance(error, ServiceError) else type(error).__name__


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
        build=f"builds/{event.build_id}" if event.build_id else "",
        request_id=event.request_id,
        outcome=_OUTCOMES[event.entry.outcome],
        details=event.entry.details,
        tenant=event.tenant,
        personal=event.entry.personal,
    )
