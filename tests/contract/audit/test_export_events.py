"""AuditService.ExportEvents."""

from collections.abc import Callable

from pcf.audit.v1 import audit_pb2 as pb
from pcf.audit.v1.audit_pb2_grpc import AuditServiceStub
from pcf_runtime.errors import InvalidArgument
from pcf_runtime.testing import expect_error

MessageMaker = Callable[..., pb.Event]


async def append(stub: AuditServiceStub, *events: pb.Event) -> None:
    await stub.AppendEvents(pb.AppendEventsRequest(events=events))


async def test_oldest_come_first(stub: AuditServiceStub, make_message: MessageMaker):
    for start in (0, 400, 800):
        await append(stub, *(make_message(number) for number in range(start, start + 400)))
    exported = [event.index async for event in stub.ExportEvents(pb.ExportEventsRequest())]

    assert exported == list(range(1_200))


async def test_an_empty_log_exports_nothing(stub: AuditServiceStub):
    assert [event async for event in stub.ExportEvents(pb.ExportEventsRequest())] == []


async def test_a_filter_is_met(stub: AuditServiceStub, make_message: MessageMaker):
    await append(stub, *(make_message(number, actor=f"actor {number % 3}") for number in range(9)))
    request = pb.ExportEventsRequest(filter={"actor": "actor 1"})

    assert [event.index async for event in stub.ExportEvents(request)] == [1, 4, 7]


async def test_events_appended_meanwhile_are_not_exported(stub: AuditServiceStub, make_message: MessageMaker):
    await append(stub, *(make_message(number) for number in range(400)))
    call = stub.ExportEvents(pb.ExportEventsRequest())
    first = await call.read()
    await append(stub, make_message(400))
    rest = [event.index async for event in call]

    assert [first.index, *rest] == list(range(400))


async def test_a_wrong_filter_is_refused(stub: AuditServiceStub):
    with expect_error(InvalidArgument, reason="INVALID_REQUEST", domain="audit.pcf"):
        async for _ in stub.ExportEvents(pb.ExportEventsRequest(filter={"build": "x"})):
            pass
