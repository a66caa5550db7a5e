"""AuditService.GetEvent."""

from collections.abc import Callable
from typing import Any

import pytest
from google.protobuf.timestamp_pb2 import Timestamp
from pcf.audit.v1 import audit_pb2 as pb
from pcf.audit.v1.audit_pb2_grpc import AuditServiceStub
from pcf_runtime.errors import InvalidArgument, NotFound
from pcf_runtime.testing import expect_error

MessageMaker = Callable[..., pb.Event]


async def test_an_event_comes_back_as_it_was_sent_with_its_place(audit: Any, make_message: MessageMaker):
    sent = make_message(7, details={"rule": "PCF-VAL-005", "größe": "😀"}, build="", request_id="")
    appended = await audit.stub.AppendEvents(pb.AppendEventsRequest(events=[make_message(1), sent]))
    got = await audit.stub.GetEvent(pb.GetEventRequest(name=f"events/{sent.event_id}"))

    sent.name = f"events/{sent.event_id}"
    sent.index = 1
    sent.record_time.FromDatetime(audit.clock.now())
    sent.leaf_hash = appended.receipts[1].leaf_hash
    assert sent == got


async def test_what_is_personal_comes_back(stub: AuditServiceStub, make_message: MessageMaker):
    personal = {"prompt": "größer \N{WHITE MEDIUM STAR}", "answer": ""}
    await stub.AppendEvents(pb.AppendEventsRequest(events=[make_message(1, tenant="contoso", personal=personal)]))
    got = await stub.GetEvent(pb.GetEventRequest(name=f"events/{make_message(1).event_id}"))

    assert (personal, "contoso", False) == (dict(got.personal), got.tenant, got.erased)


async def test_an_event_without_a_tenant_is_of_the_default_one(stub: AuditServiceStub, make_message: MessageMaker):
    await stub.AppendEvents(pb.AppendEventsRequest(events=[make_message(1, tenant="")]))
    got = await stub.GetEvent(pb.GetEventRequest(name=f"events/{make_message(1).event_id}"))

    assert got.tenant == "default"


async def test_an_erased_event_reads_so(audit: Any, make_message: MessageMaker):
    await audit.stub.AppendEvents(
        pb.AppendEventsRequest(events=[make_message(1, tenant="contoso", personal={"prompt": "a toggle"})])
    )
    await audit.store.erase("contoso")
    audit.clock.advance(60)
    got = await audit.stub.GetEvent(pb.GetEventRequest(name=f"events/{make_message(1).event_id}"))

    assert ("erased", {}, True) == (got.actor, dict(got.personal), got.erased)


@pytest.mark.parametrize(
    "time", [Timestamp(seconds=-62_135_596_800), Timestamp(seconds=253_402_300_799, nanos=999_999_999)]
)
async def test_any_time_comes_back(stub: AuditServiceStub, make_message: MessageMaker, time: Timestamp):
    await stub.AppendEvents(pb.AppendEventsRequest(events=[make_message(1, event_time=time)]))
    got = await stub.GetEvent(pb.GetEventRequest(name=f"events/{make_message(1).event_id}"))

    assert time == got.event_time


async def test_an_unknown_event_is_not_found(stub: AuditServiceStub, make_message: MessageMaker):
    with expect_error(NotFound, reason="EVENT_NOT_FOUND", domain="audit.pcf"):
        await stub.GetEvent(pb.GetEventRequest(name=f"events/{make_message(1).event_id}"))


@pytest.mark.parametrize("name", ["", "events/", "events/1", "builds/01JGFJJZ00ZZZZZZZZZZZZZZZZ"])
async def test_a_name_of_another_shape_is_refused(stub: AuditServiceStub, name: str):
    with expect_error(InvalidArgument, reason="INVALID_REQUEST"):
        await stub.GetEvent(pb.GetEventRequest(name=name))
