"""Protobuf messages to domain values and back, and nothing else."""

from collections.abc import Sequence
from typing import Final

from google.protobuf.timestamp_pb2 import Timestamp
from pcf.audit.v1 import audit_pb2 as pb
from pcf_runtime.errors import InvalidArgument, Violation
from pcf_runtime.idempotency import fingerprint
from pcf_runtime.pagination import decode_token, encode_token

from pcf_audit.domain.event import DEFAULT_TENANT, Event, Outcome
from pcf_audit.domain.growth import Receipt
from pcf_audit.domain.selection import LAST, Filter
from pcf_audit.domain.tree import Head
from pcf_audit.ledger import Page, Recorded
from pcf_audit.prover import Chunk, Consistency, Inclusion
from pcf_audit.verification import Verdict

__all__ = [
    "checkpoint_message",
    "chunk_message",
    "consistency_message",
    "event_from",
    "event_id_from",
    "event_message",
    "filter_from",
    "inclusion_message",
    "page_end_from",
    "page_message",
    "receipts_message",
    "verdict_message",
]

_NAME_PREFIX: Final = "events/"
_END: Final = "end"
_NS_PER_S: Final = 1_000_000_000
# The years 1 to 9999: what google.protobuf.Timestamp allows and RFC 3339 can write.
_FIRST_SECOND: Final = -62_135_596_800
_LAST_SECOND: Final = 253_402_300_799
_OUTCOMES: Final = {
    pb.Event.OUTCOME_SUCCEEDED: Outcome.SUCCEEDED,
    pb.Event.OUTCOME_REFUSED: Outcome.REFUSED,
    pb.Event.OUTCOME_FAILED: Outcome.FAILED,
}
_OUTCOME_NUMBERS: Final = {outcome: number for number, outcome in _OUTCOMES.items()}


def event_from(message: pb.Event, *, position: int) -> Event:
    """What a witness reports; output-only fields are left behind."""
    path = f"events[{position}]"
    details = dict(message.details)
    _refuse_nul(f"{path}.actor", message.actor)
    _refuse_nul(f"{path}.request_id", message.request_id)
    _refuse_nul(f"{path}.details", *details, *details.values())
    personal = dict(message.personal)
    _refuse_nul(f"{path}.personal", *personal, *personal.values())
    return Event(
        event_id=message.event_id,
        type=message.type,
        event_time_ns=_instant(f"{path}.event_time", message.event_time),
        actor=message.actor,
        outcome=_OUTCOMES[message.outcome],
        build=message.build,
        request_id=message.request_id,
        details=details,
        tenant=message.tenant or DEFAULT_TENANT,
        personal=personal,
    )


def event_id_from(name: str) -> str:
    return name.removeprefix(_NAME_PREFIX)


def filter_from(message: pb.EventFilter) -> Filter:
    has_start, has_end = message.HasField("start_time"), message.HasField("end_time")
    return Filter(
        build=message.build,
        actor=message.actor,
        type=message.type,
        tenant=message.tenant,
        start_ns=_instant("filter.start_time", message.start_time) if has_start else None,
        end_ns=_instant("filter.end_time", message.end_time) if has_end else None,
    )


def page_end_from(request: pb.ListEventsRequest) -> int:
    """The index before which the page ends; a token of another filter is refused."""
    if not request.page_token:
        return LAST
    end = decode_token(request.page_token, filter_=fingerprint(request.filter)).get(_END)
    if not isinstance(end, int) or not 0 <= end <= LAST:
        raise InvalidArgument("BAD_PAGE_TOKEN", "The page token is not one of this query.")
    return end


def page_message(page: Page, *, request: pb.ListEventsRequest) -> pb.ListEventsResponse:
    token = ""
    if page.next_end is not None:
        token = encode_token({_END: page.next_end}, filter_=fingerprint(request.filter))
    return pb.ListEventsResponse(events=[event_message(recorded) for recorded in page.entries], next_page_token=token)


def event_message(recorded: Recorded) -> pb.Event:
    event = recorded.event
    return pb.Event(
        name=f"{_NAME_PREFIX}{event.event_id}",
        event_id=event.event_id,
        type=event.type,
        event_time=_timestamp(event.event_time_ns),
        actor=event.actor,
        build=event.build,
        request_id=event.request_id,
        outcome=_OUTCOME_NUMBERS[event.outcome],
        details=event.details,
        index=recorded.index,
        record_time=_timestamp(recorded.record_time_ns),
        leaf_hash=recorded.leaf_hash.hex(),
        tenant=event.tenant,
        personal=event.personal,
        erased=recorded.is_erased,
    )


def receipts_message(receipts: Sequence[Receipt]) -> pb.AppendEventsResponse:
    return pb.AppendEventsResponse(
        receipts=[
            pb.AppendEventsResponse.Receipt(
                event_id=receipt.event_id,
                index=receipt.index,
                leaf_hash=receipt.leaf_hash.hex(),
                is_duplicate=receipt.is_duplicate,
            )
            for receipt in receipts
        ]
    )


def verdict_message(verdict: Verdict) -> pb.VerifyLogResponse:
    response = pb.VerifyLogResponse(
        valid=verdict.broken is None,
        event_count=verdict.event_count,
        root_hash=verdict.root.hex(),
        first_index=verdict.first_index,
    )
    if verdict.broken:
        response.fault = verdict.broken.fault
        if verdict.broken.index is not None:
            response.broken_index = verdict.broken.index
    return response


def checkpoint_message(head: Head) -> pb.Checkpoint:
    return pb.Checkpoint(note=head.note, tree_size=head.size, root_hash=head.root.hex())


def inclusion_message(proof: Inclusion) -> pb.InclusionProof:
    return pb.InclusionProof(
        index=proof.leaf.index,
        tree_size=proof.head.size,
        content=proof.leaf.content,
        hashes=proof.hashes,
        checkpoint=checkpoint_message(proof.head),
    )


def consistency_message(proof: Consistency) -> pb.ConsistencyProof:
    return pb.ConsistencyProof(
        first_size=proof.first_size,
        second_size=proof.second_size,
        hashes=proof.hashes,
        checkpoint=checkpoint_message(proof.head) if proof.head else None,
    )


def chunk_message(chunk: Chunk) -> pb.LogChunk:
    return pb.LogChunk(first=chunk.first, contents=chunk.contents, frontier=chunk.frontier)


def _instant(field: str, time: Timestamp) -> int:
    if not (_FIRST_SECOND <= time.seconds <= _LAST_SECOND and 0 <= time.nanos < _NS_PER_S):
        raise _invalid(field, "must be a time from year 1 to 9999 with 0 to 999,999,999 nanoseconds")
    return time.seconds * _NS_PER_S + time.nanos


def _timestamp(time_ns: int) -> Timestamp:
    seconds, nanos = divmod(time_ns, _NS_PER_S)
    return Timestamp(seconds=seconds, nanos=nanos)


def _refuse_nul(field: str, *texts: str) -> None:
    """No store of ours but SQLite can hold it, and no honest witness writes it."""
    if any("\0" in text for text in texts):
        raise _invalid(field, "must not contain the character NUL")


def _invalid(field: str, description: str) -> InvalidArgument:
    return InvalidArgument("INVALID_REQUEST", f"{field}: {description}", violations=[Violation(field, description)])
