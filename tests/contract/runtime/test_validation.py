"""Requests are held against the rules in the contract, before the servicer sees them."""

from typing import Any

from pcf.audit.v1 import audit_pb2, audit_pb2_grpc
from pcf_runtime.errors import InvalidArgument, NotFound, Violation
from pcf_runtime.server import Rpc
from pcf_runtime.testing import expect_error, serving


class Audit(audit_pb2_grpc.AuditServiceServicer):
    async def GetEvent(self, _request: Any, _context: Any):  # noqa: N802 - the contract's name
        raise NotFound("EVENT_NOT_FOUND", "no such event")


RPCS = [Rpc("pcf.audit.v1.AuditService", lambda s: audit_pb2_grpc.add_AuditServiceServicer_to_server(Audit(), s))]


async def test_a_request_against_a_rule_is_refused_with_its_fields():
    bad = audit_pb2.Event(event_id="0" * 26, type="a", actor="a", outcome=1, details={"": "x"})
    bad.event_time.GetCurrentTime()
    async with serving(RPCS, domain="audit.pcf") as served:
        stub = audit_pb2_grpc.AuditServiceStub(served.channel)
        with expect_error(InvalidArgument, reason="INVALID_REQUEST", domain="audit.pcf") as seen:
            await stub.AppendEvents(audit_pb2.AppendEventsRequest(events=[bad], request_id="x"))
    assert [violation.field for violation in seen.error.violations] == [
        "events[0].details[] (key)",
        "request_id",
    ]
    assert seen.error.violations[1] == Violation("request_id", "must be a valid UUID")
    assert seen.error.message == "events[0].details[] (key): must be at least 1 characters (1 more)"


async def test_a_good_request_reaches_the_servicer():
    async with serving(RPCS) as served:
        stub = audit_pb2_grpc.AuditServiceStub(served.channel)
        with expect_error(NotFound, reason="EVENT_NOT_FOUND", domain="test"):
            await stub.GetEvent(audit_pb2.GetEventRequest(name="events/" + "0" * 26))


async def test_a_refused_request_of_500_faults_still_arrives_as_what_it_is():
    many = audit_pb2.AppendEventsRequest(events=[audit_pb2.Event(event_id="ü" * 300)] * 500)
    async with serving(RPCS) as served:
        stub = audit_pb2_grpc.AuditServiceStub(served.channel)
        with expect_error(InvalidArgument, reason="INVALID_REQUEST") as seen:
            await stub.AppendEvents(many)
    assert 0 < len(seen.error.violations) <= 20
