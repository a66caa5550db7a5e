"""The audit log: read and verified, never written from here."""

from dataclasses import dataclass
from datetime import datetime

import grpc
from pcf.audit.v1 import audit_pb2 as pb
from pcf.audit.v1.audit_pb2_grpc import AuditServiceStub

from pcf_gateway.convert import audit as convert
from pcf_gateway.convert.times import to_timestamp
from pcf_gateway.resources.audit import AuditEvent, AuditEventPage, AuditVerification


@dataclass(frozen=True, slots=True)
class AuditFilter:
    """Which events: those that fit everything that is set."""

    build_id: str | None = None
    actor: str | None = None
    type: str | None = None
    start_time: datetime | None = None
    end_time: datetime | None = None


class AuditClient:
    """AuditService's reading side. Every method raises ServiceError."""

    def __init__(self, channel: grpc.aio.Channel) -> None:
        self._stub = AuditServiceStub(channel)

    async def list_events(self, which: AuditFilter, *, page_size: int, page_token: str) -> AuditEventPage:
        request = pb.ListEventsRequest(
            filter=pb.EventFilter(
                build="" if which.build_id is None else f"builds/{which.build_id}",
                actor=which.actor or "",
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
