"""Audit events, the verdict on the log, and its proofs."""

from pcf.audit.v1 import audit_pb2 as pb
from pcf_runtime.merkle import leaf_hash

from pcf_gateway.convert.names import OUTCOMES, bare_id
from pcf_gateway.convert.times import to_datetime
from pcf_gateway.resources import audit as resources


def audit_event(message: pb.Event) -> resources.AuditEvent:
    return resources.AuditEvent(
        id=message.event_id,
        type=message.type,
        event_time=to_datetime(message.event_time),
        actor=message.actor,
        tenant=message.tenant,
        build_id=bare_id(message.build) or None,
        request_id=message.request_id,
        outcome=OUTCOMES[message.outcome],
        details=dict(message.details),
        personal=dict(message.personal),
        erased=message.erased,
        index=message.index,
        record_time=to_datetime(message.record_time),
        leaf_hash=message.leaf_hash,
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
        first_index=message.first_index,
        root_hash=message.root_hash,
        broken_index=message.broken_index if message.HasField("broken_index") else None,
        fault=message.fault or None,
    )


def checkpoint(message: pb.Checkpoint) -> resources.AuditCheckpoint:
    return resources.AuditCheckpoint(note=message.note, tree_size=message.tree_size, root_hash=message.root_hash)


def inclusion_proof(message: pb.InclusionProof) -> resources.AuditInclusionProof:
    return resources.AuditInclusionProof(
        index=message.index,
        tree_size=message.tree_size,
        content=message.content.decode(),
        leaf_hash=leaf_hash(message.content).hex(),
        hashes=[each.hex() for each in message.hashes],
        checkpoint=checkpoint(message.checkpoint),
    )


def consistency_proof(message: pb.ConsistencyProof) -> resources.AuditConsistencyProof:
    return resources.AuditConsistencyProof(
        first_size=message.first_size,
        second_size=message.second_size,
        hashes=[each.hex() for each in message.hashes],
        checkpoint=checkpoint(message.checkpoint) if message.HasField("checkpoint") else None,
    )
