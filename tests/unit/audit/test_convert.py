"""Messages to domain values and back."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from google.protobuf.timestamp_pb2 import Timestamp
from pcf.audit.v1 import audit_pb2 as pb
from pcf_audit import convert
from pcf_audit.domain.event import Event, Outcome
from pcf_audit.domain.growth import Receipt
from pcf_audit.domain.selection import LAST, Filter
from pcf_audit.domain.tree import Break
from pcf_audit.ledger import Page, Recorded
from pcf_audit.prover import Consistency
from pcf_audit.verification import Verdict
from pcf_runtime.errors import InvalidArgument, Violation
from pcf_runtime.pagination import encode_token

Maker = Callable[..., Event]


@pytest.fixture
def recorded(make_event: Maker) -> Recorded:
    event = make_event(2, outcome=Outcome.REFUSED, tenant="contoso", personal={"prompt": "a toggle"})
    return Recorded(event, index=2, record_time_ns=2_000_000_000, leaf_hash=b"\xab" * 32, is_erased=False)


def test_an_event_becomes_a_message(recorded: Recorded, make_event: Maker):
    assert pb.Event(
        name="events/00000000000000000000000002",
        event_id="00000000000000000000000002",
        type="build.created",
        event_time=Timestamp(seconds=1_767_225_600, nanos=2),
        actor="maker@example.com",
        build="builds/00000000000000000000000000",
        request_id="0c5a4c39-7d4f-4dc5-93a2-0b8c39a4b6a1",
        outcome=pb.Event.OUTCOME_REFUSED,
        details={"kind": "star-rating", "number": "2"},
        index=2,
        record_time=Timestamp(seconds=2),
        leaf_hash="ab" * 32,
        tenant="contoso",
        personal={"prompt": "a toggle"},
    ) == convert.event_message(recorded)


def test_an_erased_event_says_so(recorded: Recorded):
    assert convert.event_message(replace(recorded, is_erased=True)).erased


def test_an_event_without_a_tenant_is_of_the_default_one(recorded: Recorded):
    message = convert.event_message(recorded)
    message.tenant = ""

    assert convert.event_from(message, position=0).tenant == "default"


def test_a_message_becomes_the_event_it_was_made_of(recorded: Recorded):
    assert recorded.event == convert.event_from(convert.event_message(recorded), position=0)


@pytest.mark.parametrize("outcome", [number for number in pb.Event.Outcome.values() if number])
def test_every_outcome_has_its_counterpart(recorded: Recorded, outcome: int):
    message = convert.event_message(recorded)
    message.outcome = outcome  # type: ignore[assignment]

    converted = convert.event_from(message, position=0).outcome

    assert pb.Event.Outcome.Name(outcome) == f"OUTCOME_{converted.upper()}"


@pytest.mark.parametrize(
    "time",
    [
        Timestamp(seconds=-62_135_596_801),
        Timestamp(seconds=253_402_300_800),
        Timestamp(seconds=0, nanos=-1),
        Timestamp(seconds=0, nanos=1_000_000_000),
    ],
)
def test_a_time_that_is_none_is_refused(time: Timestamp):
    with pytest.raises(InvalidArgument) as refused:
        convert.event_from(pb.Event(event_time=time), position=3)

    assert refused.value.reason == "INVALID_REQUEST"
    assert [violation.field for violation in refused.value.violations] == ["events[3].event_time"]


@pytest.mark.parametrize(
    ("message", "field"),
    [
        (pb.Event(actor="a\0"), "events[0].actor"),
        (pb.Event(request_id="\0"), "events[0].request_id"),
        (pb.Event(details={"a\0": ""}), "events[0].details"),
        (pb.Event(details={"a": "\0"}), "events[0].details"),
        (pb.Event(personal={"a\0": ""}), "events[0].personal"),
        (pb.Event(personal={"a": "\0"}), "events[0].personal"),
    ],
)
def test_a_nul_is_refused(message: pb.Event, field: str):
    with pytest.raises(InvalidArgument) as refused:
        convert.event_from(message, position=0)

    assert refused.value.violations == (Violation(field, "must not contain the character NUL"),)


def test_a_filter_without_anything_wants_everything():
    assert Filter() == convert.filter_from(pb.EventFilter())


def test_a_filter_keeps_what_is_set():
    message = pb.EventFilter(
        build="b", actor="a", type="t", tenant="c", start_time=Timestamp(), end_time=Timestamp(seconds=1, nanos=5)
    )

    assert Filter("b", "a", "t", "c", 0, 1_000_000_005) == convert.filter_from(message)


def test_a_filters_time_that_is_none_is_refused():
    with pytest.raises(InvalidArgument) as refused:
        convert.filter_from(pb.EventFilter(end_time=Timestamp(nanos=-5)))

    assert [violation.field for violation in refused.value.violations] == ["filter.end_time"]


def test_the_first_page_begins_at_the_newest():
    assert convert.page_end_from(pb.ListEventsRequest()) == LAST


def test_a_token_leads_to_where_its_page_ended(recorded: Recorded):
    request = pb.ListEventsRequest(filter=pb.EventFilter(actor="a"))
    token = convert.page_message(Page([recorded], next_end=42), request=request).next_page_token
    request.page_token = token
    request.page_size = 7

    assert convert.page_end_from(request) == 42


def test_the_last_page_has_no_token(recorded: Recorded):
    assert not convert.page_message(Page([recorded], None), request=pb.ListEventsRequest()).next_page_token


def test_a_token_of_another_filter_is_refused(recorded: Recorded):
    request = pb.ListEventsRequest(filter=pb.EventFilter(actor="a"))
    token = convert.page_message(Page([recorded], next_end=42), request=request).next_page_token

    with pytest.raises(InvalidArgument, match="BAD_PAGE_TOKEN"):
        convert.page_end_from(pb.ListEventsRequest(filter=pb.EventFilter(actor="b"), page_token=token))


@pytest.mark.parametrize("values", [{}, {"end": "42"}, {"end": -1}, {"end": 2**63}, {"other": 1}])
def test_a_token_made_by_hand_is_refused(values: dict[str, str | int]):
    request = pb.ListEventsRequest()
    request.page_token = encode_token(values, filter_=convert.fingerprint(request.filter))

    with pytest.raises(InvalidArgument, match="BAD_PAGE_TOKEN"):
        convert.page_end_from(request)


def test_receipts_keep_their_order():
    receipts = [Receipt("a", 1, b"\x01", is_duplicate=True), Receipt("b", 0, b"\xff", is_duplicate=False)]

    assert [
        (receipt.event_id, receipt.index, receipt.leaf_hash, receipt.is_duplicate)
        for receipt in convert.receipts_message(receipts).receipts
    ] == [("a", 1, "01", True), ("b", 0, "ff", False)]


def test_a_good_verdict_has_no_place():
    message = convert.verdict_message(Verdict(5, 3, b"\x0a", None))

    assert pb.VerifyLogResponse(valid=True, event_count=3, root_hash="0a", first_index=5) == message
    assert not message.HasField("broken_index")


@pytest.mark.parametrize("index", [0, 7, None])
def test_a_bad_verdict_says_where(index: int | None):
    message = convert.verdict_message(Verdict(0, 3, b"\x0a", Break(index, "why")))

    assert (message.valid, message.fault) == (False, "why")
    assert index == (message.broken_index if message.HasField("broken_index") else None)


def test_a_consistency_proof_without_a_checkpoint_has_none():
    message = convert.consistency_message(Consistency(1, 2, [b"x"], None))

    assert pb.ConsistencyProof(first_size=1, second_size=2, hashes=[b"x"]) == message
    assert not message.HasField("checkpoint")
