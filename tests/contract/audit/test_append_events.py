"""AuditService.AppendEvents."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from google.protobuf.timestamp_pb2 import Timestamp
from pcf.audit.v1 import audit_pb2 as pb
from pcf.audit.v1.audit_pb2_grpc import AuditServiceStub
from pcf_runtime.errors import AlreadyExists, InvalidArgument
from pcf_runtime.testing import expect_error

MessageMaker = Callable[..., pb.Event]


def request(*events: pb.Event) -> pb.AppendEventsRequest:
    return pb.AppendEventsRequest(events=events)


async def listed(stub: AuditServiceStub) -> list[str]:
    response = await stub.ListEvents(pb.ListEventsRequest(page_size=1_000))
    return [event.event_id for event in response.events]


async def test_receipts_come_in_the_order_of_the_request(stub: AuditServiceStub, make_message: MessageMaker):
    events = [make_message(number) for number in (5, 3, 4)]
    response = await stub.AppendEvents(request(*events))

    assert [(events[0].event_id, 0), (events[1].event_id, 1), (events[2].event_id, 2)] == [
        (receipt.event_id, receipt.index) for receipt in response.receipts
    ]
    assert [receipt.is_duplicate for receipt in response.receipts] == [False] * 3


async def test_a_receipt_holds_the_hash_of_the_stored_event(stub: AuditServiceStub, make_message: MessageMaker):
    response = await stub.AppendEvents(request(make_message(1)))
    stored = await stub.GetEvent(pb.GetEventRequest(name=f"events/{make_message(1).event_id}"))

    assert stored.leaf_hash == response.receipts[0].leaf_hash


async def test_a_repeated_call_is_told_the_same_places(stub: AuditServiceStub, make_message: MessageMaker):
    events = [make_message(number) for number in range(3)]
    first = await stub.AppendEvents(request(*events))
    again = await stub.AppendEvents(request(*events))

    for receipt in first.receipts:
        receipt.is_duplicate = True
    assert first == again
    assert len(await listed(stub)) == 3


async def test_an_event_twice_in_a_call_stands_once(stub: AuditServiceStub, make_message: MessageMaker):
    response = await stub.AppendEvents(request(make_message(1), make_message(1)))

    assert [(receipt.index, receipt.is_duplicate) for receipt in response.receipts] == [(0, False), (0, True)]
    assert [make_message(1).event_id] == await listed(stub)


async def test_a_known_id_with_other_content_refuses_the_whole_call(stub: AuditServiceStub, make_message: MessageMaker):
    await stub.AppendEvents(request(make_message(1)))
    with expect_error(AlreadyExists, reason="EVENT_ID_REUSED", domain="audit.pcf") as refused:
        await stub.AppendEvents(request(make_message(2), make_message(1, details={})))

    assert refused.error is not None
    assert refused.error.metadata["event_id"] == make_message(1).event_id
    assert [make_message(1).event_id] == await listed(stub)


@pytest.mark.parametrize(
    "other",
    [
        {"type": "build.failed"},
        {"event_time": Timestamp(seconds=1)},
        {"actor": "other"},
        {"build": ""},
        {"request_id": ""},
        {"outcome": pb.Event.OUTCOME_FAILED},
        {"details": {"kind": "slider", "number": "1"}},
        {"tenant": "contoso"},
        {"personal": {"prompt": "a toggle"}},
    ],
    ids=lambda other: next(iter(other)),
)
async def test_every_part_of_an_event_is_its_content(
    stub: AuditServiceStub, make_message: MessageMaker, other: dict[str, Any]
):
    await stub.AppendEvents(request(make_message(1)))

    with expect_error(AlreadyExists, reason="EVENT_ID_REUSED"):
        await stub.AppendEvents(request(make_message(1, **other)))


async def test_one_id_with_two_contents_refuses_the_whole_call(stub: AuditServiceStub, make_message: MessageMaker):
    with expect_error(AlreadyExists, reason="EVENT_ID_REUSED"):
        await stub.AppendEvents(request(make_message(0), make_message(1), make_message(1, actor="other")))

    assert await listed(stub) == []


async def test_output_only_fields_are_ignored(stub: AuditServiceStub, make_message: MessageMaker):
    await stub.AppendEvents(request(make_message(1)))
    claimed = make_message(1, name="events/x", index=99, record_time=Timestamp(seconds=5), leaf_hash="y", erased=True)
    response = await stub.AppendEvents(request(claimed))

    assert response.receipts[0].is_duplicate


async def test_five_hundred_events_go_in_one_call(stub: AuditServiceStub, make_message: MessageMaker):
    response = await stub.AppendEvents(request(*(make_message(number) for number in range(500))))

    assert [receipt.index for receipt in response.receipts] == list(range(500))


async def test_many_callers_leave_one_log(stub: AuditServiceStub, make_message: MessageMaker):
    calls = (request(make_message(2 * number), make_message(2 * number + 1)) for number in range(100))
    responses = await asyncio.gather(*(stub.AppendEvents(call) for call in calls))

    places = sorted(receipt.index for response in responses for receipt in response.receipts)
    assert places == list(range(200))
    assert (await stub.VerifyLog(pb.VerifyLogRequest())).valid


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"event_id": ""}, "events[0].event_id"),
        ({"event_id": "0123456789012345678901234I"}, "events[0].event_id"),
        ({"event_id": "01jgfjjz00zzzzzzzzzzzzzzzz"}, "events[0].event_id"),
        ({"type": ""}, "events[0].type"),
        ({"type": "Build.Created"}, "events[0].type"),
        ({"type": "a" * 65}, "events[0].type"),
        ({"event_time": None}, "events[0].event_time"),
        ({"event_time": Timestamp(seconds=2**60)}, "events[0].event_time"),
        ({"event_time": Timestamp(nanos=-1)}, "events[0].event_time"),
        ({"actor": ""}, "events[0].actor"),
        ({"actor": "a" * 201}, "events[0].actor"),
        ({"actor": "a\0b"}, "events[0].actor"),
        ({"build": "01JGFJJZ00ZZZZZZZZZZZZZZZZ"}, "events[0].build"),
        ({"request_id": "a" * 101}, "events[0].request_id"),
        ({"outcome": 0}, "events[0].outcome"),
        ({"outcome": 9}, "events[0].outcome"),
        ({"details": {str(number): "" for number in range(41)}}, "events[0].details"),
        ({"details": {"a": "b" * 2_001}}, "events[0].details[a]"),
        ({"details": {"a": "\0"}}, "events[0].details"),
        ({"tenant": "Contoso"}, "events[0].tenant"),
        ({"tenant": "-a"}, "events[0].tenant"),
        ({"tenant": "a" * 64}, "events[0].tenant"),
        ({"personal": {str(number): "" for number in range(11)}}, "events[0].personal"),
        ({"personal": {"a": "b" * 8_001}}, "events[0].personal[a]"),
        ({"personal": {"": "b"}}, "events[0].personal[] (key)"),
        ({"personal": {"a": "\0"}}, "events[0].personal"),
    ],
)
async def test_a_field_out_of_bounds_is_refused(
    stub: AuditServiceStub, make_message: MessageMaker, fields: dict[str, Any], field: str
):
    with expect_error(InvalidArgument, reason="INVALID_REQUEST") as refused:
        await stub.AppendEvents(request(make_message(0, **fields)))

    assert refused.error is not None
    assert [violation.field for violation in refused.error.violations] == [field]
    assert await listed(stub) == []


@pytest.mark.parametrize("count", [0, 501])
async def test_a_call_holds_one_to_five_hundred_events(stub: AuditServiceStub, make_message: MessageMaker, count: int):
    with expect_error(InvalidArgument, reason="INVALID_REQUEST"):
        await stub.AppendEvents(request(*(make_message(number) for number in range(count))))


async def test_a_request_id_is_a_uuid(stub: AuditServiceStub, make_message: MessageMaker):
    with expect_error(InvalidArgument, reason="INVALID_REQUEST"):
        await stub.AppendEvents(pb.AppendEventsRequest(events=[make_message(0)], request_id="mine"))
