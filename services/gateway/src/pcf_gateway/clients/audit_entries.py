"""What the gateway itself tells the audit log: who made, replaced and revoked API keys."""

from collections.abc import Sequence
from typing import Final

import grpc
from google.protobuf.timestamp_pb2 import Timestamp
from pcf.audit.v1 import audit_pb2 as pb
from pcf.audit.v1.audit_pb2_grpc import AuditServiceStub

from pcf_gateway.auth.key_event import KeyEvent

__all__ = ["AuditEntries"]

_TIMEOUT_S: Final = 10.0


class AuditEntries:
    """AuditService's writing side."""

    def __init__(self, channel: grpc.aio.Channel) -> None:
        self._stub = AuditServiceStub(channel)

    async def append(self, events: Sequence[KeyEvent]) -> None:
        """Returns once the log has them, in this order; safe to repeat. ServiceError."""
        request = pb.AppendEventsRequest(events=[_message(event) for event in events])
        await self._stub.AppendEvents(request, timeout=_TIMEOUT_S)


def _message(event: KeyEvent) -> pb.Event:
    time = Timestamp()
    time.FromDatetime(event.event_time)
    details = {"key": event.key_id, "scopes": " ".join(event.scopes)}
    if event.new_key_id is not None:
        details["new_key"] = event.new_key_id
    return pb.Event(
        event_id=event.event_id,
        type=event.type,
        event_time=time,
        actor=event.actor,
        request_id=event.request_id,
        outcome=pb.Event.OUTCOME_SUCCEEDED,
        details=details,
        tenant=event.tenant,
        # Somebody's words, and often somebody's name.
        personal={"name": event.name} if event.name else {},
    )
