"""AuditService.ListEvents."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from google.protobuf.timestamp_pb2 import Timestamp
from pcf.audit.v1 import audit_pb2 as pb
from pcf.audit.v1.audit_pb2_grpc import AuditServiceStub
from pcf_runtime.errors import InvalidArgument
from pcf_runtime.testing import expect_error

MessageMaker = Callable[..., pb.Event]


async def append(stub: AuditServiceStub, *events: pb.Event) -> None:
    await stub.AppendEvents(pb.AppendEventsRequest(events=events))


async def listed(stub: AuditServiceStub, filter_: pb.EventFilter) -> list[int]:
    response = await stub.ListEvents(pb.ListEventsRequest(filter=filter_))
    return [event.index for event in response.events]


async def test_an_empty_log_has_one_empty_page(stub: AuditServiceStub):
    assert pb.ListEventsResponse() == await stub.ListEvents(pb.ListEventsRequest())


async def test_newest_come_first(stub: AuditServiceStub, make_message: MessageMaker):
    await append(stub, *(make_message(number) for number in range(4)))

    assert await listed(stub, pb.EventFilter()) == [3, 2, 1, 0]


async def test_a_listed_event_is_whole(stub: AuditServiceStub, make_message: MessageMaker):
    await append(stub, make_message(0), make_message(1))
    [event, _] = (await stub.ListEvents(pb.ListEventsRequest())).events

    assert event == await stub.GetEvent(pb.GetEventRequest(name=event.name))


@pytest.mark.parametrize(("asked", "given"), [(0, 50), (1, 1), (60, 60), (1_000, 1_000), (2_000_000, 1_000)])
async def test_a_page_has_the_size_asked_for_within_bounds(
    stub: AuditServiceStub, make_message: MessageMaker, asked: int, given: int
):
    for start in (0, 400, 800):
        await append(stub, *(make_message(number) for number in range(start, start + 400)))
    response = await stub.ListEvents(pb.ListEventsRequest(page_size=asked))

    assert len(response.events) == given


async def test_pages_give_every_event_once(stub: AuditServiceStub, make_message: MessageMaker):
    await append(stub, *(make_message(number) for number in range(23)))
    request, found = pb.ListEventsRequest(page_size=5), list[int]()
    while True:
        response = await stub.ListEvents(request)
        found += [event.index for event in response.events]
        request.page_token = response.next_page_token
        if not request.page_token:
            break

    assert found == list(range(22, -1, -1))


async def test_pages_of_a_filter_give_what_fits_once(stub: AuditServiceStub, make_message: MessageMaker):
    await append(stub, *(make_message(number, actor=f"actor {number % 3}") for number in range(23)))
    request, found = pb.ListEventsRequest(page_size=3, filter={"actor": "actor 1"}), list[int]()
    while True:
        response = await stub.ListEvents(request)
        found += [event.index for event in response.events]
        request.page_token = response.next_page_token
        if not request.page_token:
            break

    assert found == [22, 19, 16, 13, 10, 7, 4, 1]


async def test_a_page_of_large_events_fits_into_a_message(stub: AuditServiceStub, make_message: MessageMaker):
    large = {f"{number:064d}": "x" * 2_000 for number in range(40)}
    for start in (0, 40):
        await append(stub, *(make_message(number, details=large) for number in range(start, start + 40)))
    request, pages = pb.ListEventsRequest(page_size=1_000), list[list[int]]()
    while True:
        response = await stub.ListEvents(request)
        pages.append([event.index for event in response.events])
        request.page_token = response.next_page_token
        if not request.page_token:
            break

    assert [index for page in pages for index in page] == list(range(79, -1, -1))
    assert len(pages) == 4


async def test_filters_are_met_together(stub: AuditServiceStub, make_message: MessageMaker):
    await append(
        stub,
        make_message(0, actor="a", type="x", build=""),
        make_message(1, actor="a", type="y"),
        make_message(2, actor="b", type="x"),
        make_message(3, actor="a", type="x"),
    )

    assert await listed(stub, pb.EventFilter(actor="a")) == [3, 1, 0]
    assert await listed(stub, pb.EventFilter(type="x")) == [3, 2, 0]
    assert await listed(stub, pb.EventFilter(actor="a", type="x")) == [3, 0]
    assert await listed(stub, pb.EventFilter(build=f"builds/{0:026d}")) == [2, 1]
    assert await listed(stub, pb.EventFilter(build=f"builds/{0:026d}", actor="a", type="y")) == [1]
    assert await listed(stub, pb.EventFilter(build=f"builds/{7:026d}")) == []


async def test_a_range_of_times_is_that_of_recording_with_its_end_left_out(audit: Any, make_message: MessageMaker):
    start = audit.clock.now()
    for number in range(5):
        await append(audit.stub, make_message(number, event_time=Timestamp(seconds=5)))
        audit.clock.advance(1)

    def at(seconds: int) -> Timestamp:
        time = Timestamp()
        time.FromDatetime(start + timedelta(seconds=seconds))
        return time

    assert await listed(audit.stub, pb.EventFilter(start_time=at(3))) == [4, 3]
    assert await listed(audit.stub, pb.EventFilter(end_time=at(3))) == [2, 1, 0]
    assert await listed(audit.stub, pb.EventFilter(start_time=at(1), end_time=at(3))) == [2, 1]
    assert await listed(audit.stub, pb.EventFilter(start_time=at(3), end_time=at(1))) == []


async def test_an_actor_is_looked_for_within_a_tenant(stub: AuditServiceStub, make_message: MessageMaker):
    await append(stub, *(make_message(number, tenant=("default", "contoso")[number % 2]) for number in range(4)))
    who = "maker@example.com"

    assert await listed(stub, pb.EventFilter(actor=who)) == [2, 0]
    assert await listed(stub, pb.EventFilter(actor=who, tenant="contoso")) == [3, 1]
    assert await listed(stub, pb.EventFilter(tenant="contoso")) == [3, 1]
    assert await listed(stub, pb.EventFilter(tenant="nobody", actor=who)) == []


@pytest.mark.parametrize(
    "request_",
    [
        pb.ListEventsRequest(page_size=-1),
        pb.ListEventsRequest(page_token="a" * 513),
        pb.ListEventsRequest(filter={"build": "x"}),
        pb.ListEventsRequest(filter={"actor": "a" * 201}),
        pb.ListEventsRequest(filter={"type": "a" * 65}),
        pb.ListEventsRequest(filter={"tenant": "A"}),
        pb.ListEventsRequest(filter={"start_time": Timestamp(nanos=-1)}),
        pb.ListEventsRequest(filter={"end_time": Timestamp(seconds=2**50)}),
    ],
    ids=["size", "token", "build", "actor", "type", "tenant", "start_time", "end_time"],
)
async def test_a_field_out_of_bounds_is_refused(stub: AuditServiceStub, request_: pb.ListEventsRequest):
    with expect_error(InvalidArgument, reason="INVALID_REQUEST", domain="audit.pcf"):
        await stub.ListEvents(request_)


@pytest.mark.parametrize("token", ["x", "====", "ключ", "AAAAAAAAAAAAAAAAAAAA"])
async def test_a_token_that_is_none_is_refused(stub: AuditServiceStub, token: str):
    with expect_error(InvalidArgument, reason="BAD_PAGE_TOKEN", domain="audit.pcf"):
        await stub.ListEvents(pb.ListEventsRequest(page_token=token))


async def test_a_token_of_another_filter_is_refused(stub: AuditServiceStub, make_message: MessageMaker):
    await append(stub, make_message(0), make_message(1))
    page = await stub.ListEvents(pb.ListEventsRequest(page_size=1))

    with expect_error(InvalidArgument, reason="BAD_PAGE_TOKEN"):
        await stub.ListEvents(
            pb.ListEventsRequest(page_token=page.next_page_token, filter={"actor": "maker@example.com"})
        )
