"""AuditService, asked by one tenant about another's events: they are as if they were not there, in every rpc."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from pcf.audit.v1 import audit_pb2 as pb
from pcf.audit.v1.audit_pb2_grpc import AuditServiceStub
from pcf_runtime.errors import NotFound, PermissionDenied
from pcf_runtime.request_context import RequestContext, bind
from pcf_runtime.testing import expect_error

MessageMaker = Callable[..., pb.Event]
THEIRS, OURS, NOBODYS = 7, 8, 9
CANARY = "canary"
Case = Callable[[AuditServiceStub], Awaitable[object]]


@pytest.fixture
async def stub(audit: Any, make_message: MessageMaker) -> AuditServiceStub:
    """Of a log with one event of another tenant and one of ours."""
    theirs = make_message(THEIRS, tenant="fabrikam", details={"kind": CANARY}, personal={"prompt": CANARY})
    await audit.stub.AppendEvents(pb.AppendEventsRequest(events=[theirs, make_message(OURS, tenant="contoso")]))
    return audit.stub


def as_contoso() -> Any:
    return bind(RequestContext("trace", tenant="contoso"))


def name_of(number: int) -> str:
    return f"events/{number:026d}"


async def get_event(stub: AuditServiceStub) -> None:
    said = []
    for number in (THEIRS, NOBODYS):
        with expect_error(NotFound, reason="EVENT_NOT_FOUND") as refused:
            await stub.GetEvent(pb.GetEventRequest(name=name_of(number)))
        said.append((refused.error.message, set(refused.error.metadata)))
    assert said[0] == said[1]
    assert name_of(OURS) == (await stub.GetEvent(pb.GetEventRequest(name=name_of(OURS)))).name


FILTERS = [
    {},
    {"tenant": "fabrikam"},
    {"tenant": "fabrikam", "actor": "maker@example.com"},
    {"build": f"builds/{THEIRS // 3:026d}"},
    {"type": "build.created"},
    {"actor": "maker@example.com"},
]


async def list_events(stub: AuditServiceStub) -> None:
    for filter_ in FILTERS:
        page = await stub.ListEvents(pb.ListEventsRequest(filter=filter_))
        assert {event.tenant for event in page.events} <= {"contoso"}
    assert [name_of(OURS)] == [event.name for event in (await stub.ListEvents(pb.ListEventsRequest())).events]


async def export_events(stub: AuditServiceStub) -> None:
    for filter_ in FILTERS:
        found = [event.tenant async for event in stub.ExportEvents(pb.ExportEventsRequest(filter=filter_))]
        assert set(found) <= {"contoso"}
    assert [name_of(OURS)] == [event.name async for event in stub.ExportEvents(pb.ExportEventsRequest())]


async def prove_inclusion(stub: AuditServiceStub) -> None:
    for which in ({"name": name_of(THEIRS)}, {"index": 0}):
        with expect_error(NotFound, reason="EVENT_NOT_FOUND"):
            await stub.ProveInclusion(pb.ProveInclusionRequest(**which))
    assert 1 == (await stub.ProveInclusion(pb.ProveInclusionRequest(index=1))).index


async def export_log(stub: AuditServiceStub) -> None:
    with expect_error(PermissionDenied, reason="ALL_TENANTS_NEEDED"):
        async for _ in stub.ExportLog(pb.ExportLogRequest()):
            pass


async def get_checkpoint(stub: AuditServiceStub) -> None:
    """Sizes and hashes: whoever may read the log holds it to them."""
    assert 2 == (await stub.GetCheckpoint(pb.GetCheckpointRequest())).tree_size


async def prove_consistency(stub: AuditServiceStub) -> None:
    assert CANARY not in str(await stub.ProveConsistency(pb.ProveConsistencyRequest(first_size=1)))


async def verify_log(stub: AuditServiceStub) -> None:
    assert CANARY not in str(await stub.VerifyLog(pb.VerifyLogRequest()))


async def append_events(stub: AuditServiceStub) -> None:
    """Witnesses write for every tenant, and are told what they wrote themselves and no more."""
    guess = pb.Event(event_id=f"{THEIRS:026d}", type="a", actor="a", outcome=pb.Event.OUTCOME_FAILED)
    guess.event_time.FromSeconds(1)
    with pytest.raises(Exception, match="stands for another content") as refused:
        await stub.AppendEvents(pb.AppendEventsRequest(events=[guess]))
    assert CANARY not in str(vars(refused.value))


CASES: dict[str, Case] = {
    "AppendEvents": append_events,
    "GetEvent": get_event,
    "ListEvents": list_events,
    "ExportEvents": export_events,
    "VerifyLog": verify_log,
    "GetCheckpoint": get_checkpoint,
    "ProveInclusion": prove_inclusion,
    "ProveConsistency": prove_consistency,
    "ExportLog": export_log,
}


def test_every_rpc_is_tried():
    assert set(pb.DESCRIPTOR.services_by_name["AuditService"].methods_by_name) == set(CASES)


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
async def test_another_tenants_events_are_not_there(stub: AuditServiceStub, case: Case):
    with as_contoso():
        await case(stub)


async def test_an_administrator_reads_everybodys(stub: AuditServiceStub):
    with bind(RequestContext("trace", tenant="contoso", all_tenants=True)):
        listed = await stub.ListEvents(pb.ListEventsRequest())
        assert ["contoso", "fabrikam"] == [event.tenant for event in listed.events]
        assert 0 == (await stub.ProveInclusion(pb.ProveInclusionRequest(index=0))).index


async def test_who_says_nothing_reads_the_default_tenants(audit: Any, make_message: MessageMaker):
    await audit.stub.AppendEvents(pb.AppendEventsRequest(events=[make_message(1), make_message(2, tenant="contoso")]))
    with bind(RequestContext("")):
        found = await audit.stub.ListEvents(pb.ListEventsRequest())
    assert ["default"] == [event.tenant for event in found.events]
