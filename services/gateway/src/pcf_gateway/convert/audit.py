"""Audit events and the verdict on the log."""

from pcf.audit.v1 import audit_pb2 as pb

from pcf_gateway.convert.names import OUTCOMES, bare_id
from pcf_gateway.convert.times import to_datetime
from pcf_gateway.resources import audit as resources


def audit_event(message: pb.Event) -> resources.AuditEvent:
    return resources.AuditEvent(
        id=message.event_id,
        type=message.type,
        event_time=to_datetime(message.event_time),
        actor=message.actor,
        build_id=bare_id(message.build) or None,
        request_id=message.request_id,
        outcome=OUTCOMES[message.outcome],
        details=dict(message.details),
        index=message.index,
        record_time=to_datetime(message.record_time),
        previous_hash=message.previous_hash,
        entry_hash=message.entry_hash,
    )


def audit_event_page(message: pb.ListEventsResponse) -> resources.AuditEventPage:
    return resources.AuditEventPage(
        events=[audit_event(event) for event in message.events],
        next_page_token=message.next_page_token or None,
    )


def verification(message: pb.VerifyLogResponse) -> resources.AuditVerification:
    return resources.AuditVerification(
        valid=message.valid,
        event_count=message.event_count,
        head_hash=message.head_hash,
        broken_index=message.broken_index if message.HasField("broken_index") else None,
        fault=message.fault or None,
    )
