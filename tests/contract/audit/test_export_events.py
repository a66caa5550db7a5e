"""AuditService.ExportEvents."""

import hashlib
import json
from collections.abc import Callable

from google.protobuf.timestamp_pb2 import Timestamp
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


async def test_anyone_can_check_an_export(stub: AuditServiceStub, make_message: MessageMaker):
    """The recipe of the documentation, with nothing of the service's own code."""
    await append(stub, make_message(0, details={"z": "ü", "a": ""}), make_message(1, build=""))
    hash_ = "0" * 64
    async for event in stub.ExportEvents(pb.ExportEventsRequest()):
        content = {
            "actor": event.actor,
            "build": event.build,
            "details": dict(event.details),
            "event_id": event.event_id,
            "event_time": nine_digits(event.event_time),
            "index": event.index,
            "outcome": pb.Event.Outcome.Name(event.outcome).removeprefix("OUTCOME_").lower(),
            "record_time": nine_digits(event.record_time),
            "request_id": event.request_id,
            "type": event.type,
        }
        text = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
        assert hash_ == event.previous_hash
        hash_ = hashlib.sha256((hash_ + text).encode()).hexdigest()
        assert hash_ == event.entry_hash


def nine_digits(time: Timestamp) -> str:
    return f"{time.ToDatetime():%Y-%m-%dT%H:%M:%S}.{time.nanos:09d}Z"


async def test_a_wrong_filter_is_refused(stub: AuditServiceStub):
    with expect_error(InvalidArgument, reason="INVALID_REQUEST", domain="audit.pcf"):
        async for _ in stub.ExportEvents(pb.ExportEventsRequest(filter={"build": "x"})):
            pass
