"""The audit log: read, proved and verified; `audit_entries` writes to it."""

from collections.abc import AsyncGenerator, AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

import grpc
from pcf.audit.v1 import audit_pb2 as pb
from pcf.audit.v1.audit_pb2_grpc import AuditServiceStub
from pcf_runtime.deadlines import bind_time_left

from pcf_gateway.convert import audit as convert
from pcf_gateway.convert.times import to_timestamp
from pcf_gateway.resources.audit import (
    AuditCheckpoint,
    AuditConsistencyProof,
    AuditEvent,
    AuditEventPage,
    AuditInclusionProof,
    AuditVerification,
)


@dataclass(frozen=True, slots=True)
class AuditFilter:
    """Which events: those that fit everything that is set."""

    build_id: str | None = None
    actor: str | None = None
    tenant: str | None = None
    type: str | None = None
    start_time: datetime | None = None
    end_time: datetime | None = None


@dataclass(frozen=True, slots=True)
class LogRange:
    """Part of the log: the tree before it, and its contents as they come. Close it when no more are wanted."""

    frontier: Sequence[bytes]
    contents: AsyncGenerator[Sequence[bytes], None]
    close: Callable[[], object]


class AuditClient:
    """AuditService's reading side. Every method raises ServiceError."""

    def __init__(self, channel: grpc.aio.Channel, *, stream_limit_s: float) -> None:
        self._stub = AuditServiceStub(channel)
        self._stream_limit_s = stream_limit_s

    async def list_events(self, which: AuditFilter, *, page_size: int, page_token: str) -> AuditEventPage:
        request = pb.ListEventsRequest(
            filter=pb.EventFilter(
                build="" if which.build_id is None else f"builds/{which.build_id}",
                actor=which.actor or "",
                tenant=which.tenant or "",
                type=which.type or "",
                start_time=to_timestamp(which.start_time),
                end_time=to_timestamp(which.end_time),
            ),
            page_size=page_size,
            page_token=page_token,
        )
        return convert.audit_event_page(await self._stub.ListEvents(request))

    async def get_event(self, event_id: str) -> AuditEvent:
        return convert.audit_event(await self._stub.GetEvent(pb.GetEventRequest(name=f"events/{event_id}")))

    async def verify_log(self) -> AuditVerification:
        return convert.verification(await self._stub.VerifyLog(pb.VerifyLogRequest()))

    async def checkpoint(self, *, size: int | None) -> AuditCheckpoint:
        return convert.checkpoint(await self._stub.GetCheckpoint(pb.GetCheckpointRequest(tree_size=size or 0)))

    async def prove_inclusion(self, event: str | int, *, size: int | None) -> AuditInclusionProof:
        """Of the event with this id, or at this index."""
        request = pb.ProveInclusionRequest(tree_size=size or 0)
        if isinstance(event, str):
            request.name = f"events/{event}"
        else:
            request.index = event
        return convert.inclusion_proof(await self._stub.ProveInclusion(request))

    async def prove_consistency(self, *, first: int, second: int | None) -> AuditConsistencyProof:
        request = pb.ProveConsistencyRequest(first_size=first, second_size=second or 0)
        return convert.consistency_proof(await self._stub.ProveConsistency(request))

    async def export_log(self, *, first: int, end: int | None) -> LogRange:
        """Begin to read; returns once the beginning is here, or the refusal."""
        request = pb.ExportLogRequest(first=first, end=end or 0)
        # It may take longer than a request's time limit: the client's patience is the limit.
        with bind_time_left(self._stream_limit_s):
            call = self._stub.ExportLog(request, timeout=self._stream_limit_s)
        chunks = aiter(call)
        try:
            beginning = await anext(chunks, pb.LogChunk())
        except BaseException:
            call.cancel()
            raise
        return LogRange(beginning.frontier, _contents(beginning, chunks), call.cancel)


async def _contents(beginning: pb.LogChunk, rest: AsyncIterator[pb.LogChunk]) -> AsyncGenerator[Sequence[bytes], None]:
    yield beginning.contents
    async for chunk in rest:
        yield chunk.contents
