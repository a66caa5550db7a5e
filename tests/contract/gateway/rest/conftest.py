"""The gateway as it is served, in front of the three services."""

# ruff: noqa: N802 - the methods have their names and arguments from the contract

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from google.protobuf.timestamp_pb2 import Timestamp
from pcf.audit.v1 import audit_pb2, audit_pb2_grpc
from pcf.brain.v1 import brain_pb2, brain_pb2_grpc
from pcf_gateway.bootstrap import Running, running
from pcf_gateway.settings import GatewaySettings
from pcf_runtime import errors
from pcf_runtime.pagination import decode_token, encode_token, page_size
from pcf_runtime.server import Rpc
from pcf_runtime.testing import Serving, serving

KINDS = ("choice-buttons", "progress-bar", "slider", "star-rating", "text-input", "toggle")
BUILD = "builds/" + "0" * 26


class FakeBrain(brain_pb2_grpc.BrainServiceServicer):
    def __init__(self) -> None:
        self.capabilities = [capability(kind) for kind in KINDS]

    async def ListCapabilities(
        self, request: brain_pb2.ListCapabilitiesRequest, context: Any
    ) -> brain_pb2.ListCapabilitiesResponse:
        found, token = page(self.capabilities, request, 200)
        return brain_pb2.ListCapabilitiesResponse(capabilities=found, next_page_token=token)

    async def GetCapability(self, request: brain_pb2.GetCapabilityRequest, context: Any) -> brain_pb2.Capability:
        for one in self.capabilities:
            if one.name == request.name:
                return one
        raise errors.NotFound("CAPABILITY_NOT_FOUND", "There is no such kind of control.")

    async def GetRelease(self, request: brain_pb2.GetReleaseRequest, context: Any) -> brain_pb2.Release:
        return brain_pb2.Release(
            name="releases/" + "0f" * 8,
            version="1.0.0",
            manifest_sha256="0f" * 32,
            files={"capabilities/star-rating/capability.yaml": "ab" * 32},
            size_bytes=184_321,
            load_time=moment(0),
        )


class FakeAudit(audit_pb2_grpc.AuditServiceServicer):
    def __init__(self) -> None:
        self.events = [event(index) for index in range(120)]
        self.asked: list[audit_pb2.EventFilter] = []
        self.broken_index: int | None = None

    async def ListEvents(self, request: audit_pb2.ListEventsRequest, context: Any) -> audit_pb2.ListEventsResponse:
        self.asked.append(request.filter)
        wanted = request.filter.type
        fitting = [one for one in self.events if wanted in ("", one.type)]
        found, token = page(fitting[::-1], request, 1000)
        return audit_pb2.ListEventsResponse(events=found, next_page_token=token)

    async def AppendEvents(
        self, request: audit_pb2.AppendEventsRequest, context: Any
    ) -> audit_pb2.AppendEventsResponse:
        return audit_pb2.AppendEventsResponse()

    async def GetEvent(self, request: audit_pb2.GetEventRequest, context: Any) -> audit_pb2.Event:
        for one in self.events:
            if one.name == request.name:
                return one
        raise errors.NotFound("EVENT_NOT_FOUND", "There is no event of that name.")

    async def VerifyLog(self, request: audit_pb2.VerifyLogRequest, context: Any) -> audit_pb2.VerifyLogResponse:
        verdict = audit_pb2.VerifyLogResponse(valid=True, event_count=120, root_hash="cd" * 32)
        if self.broken_index is not None:
            verdict.valid, verdict.broken_index, verdict.fault = False, self.broken_index, "hash differs"
        return verdict


def moment(second: int) -> Timestamp:
    return Timestamp(seconds=1_777_636_800 + second)


def page(items: list[Any], request: Any, maximum: int) -> tuple[list[Any], str]:
    start = int(decode_token(request.page_token)["at"]) if request.page_token else 0
    end = start + page_size(request.page_size, default=50, maximum=maximum)
    return items[start:end], encode_token({"at": end}) if end < len(items) else ""


def capability(kind: str) -> brain_pb2.Capability:
    part = brain_pb2.Capability
    return brain_pb2.Capability(
        name=f"capabilities/{kind}",
        display_name=kind.replace("-", " ").capitalize(),
        description="A control that people use.",
        classification="input-control",
        component_name=kind.title().replace("-", ""),
        tags=["control"],
        features=[part.Feature(feature_id="half-stars", description="Half steps.")],
        parameters=[
            part.Parameter(name="maxStars", type="integer", default_value="5", minimum=3, maximum=10),
            part.Parameter(name="size", type="choice", default_value="medium", choices=["small", "medium"]),
        ],
        properties=[part.Property(name="value", of_types=["Whole.None"], usage="bound", required=True)],
        prohibitions=[part.Prohibition(prohibition_id="external-api", reason="No.", alternative="A flow.")],
        example_prompts=[f"I need a {kind.replace('-', ' ')} for product reviews"],
    )


def event(index: int) -> audit_pb2.Event:
    return audit_pb2.Event(
        name=f"events/{index:026d}",
        event_id=f"{index:026d}",
        type="build.created" if index % 2 else "route.decided",
        event_time=moment(index),
        actor="anonymous",
        tenant="default",
        build=BUILD if index % 2 else "",
        request_id="r1",
        outcome=audit_pb2.Event.OUTCOME_SUCCEEDED,
        details={"count": str(index)},
        personal={"prompt": "stars"},
        index=index,
        record_time=moment(index),
        leaf_hash="cd" * 32,
    )


@pytest.fixture
def brain() -> FakeBrain:
    return FakeBrain()


@pytest.fixture
def audit() -> FakeAudit:
    return FakeAudit()


@pytest.fixture
async def knowledge_server(brain: FakeBrain, audit: FakeAudit) -> AsyncIterator[Serving]:
    """Brain and audit on one port: services do not care."""

    def add_brain(server: Any) -> None:
        brain_pb2_grpc.add_BrainServiceServicer_to_server(brain, server)

    def add_audit(server: Any) -> None:
        audit_pb2_grpc.add_AuditServiceServicer_to_server(audit, server)

    rpcs = [Rpc("pcf.brain.v1.BrainService", add_brain), Rpc("pcf.audit.v1.AuditService", add_audit)]
    async with serving(rpcs, domain="knowledge.pcf") as served:
        yield served


@pytest.fixture
def settings(generator_server: Serving, knowledge_server: Serving) -> GatewaySettings:
    return GatewaySettings(
        port=0,
        metrics_port=0,
        generator_target=generator_server.target,
        brain_target=knowledge_server.target,
        audit_target=knowledge_server.target,
        drain_grace_s=2.0,
        heartbeat_s=0.05,
    )


@pytest.fixture
async def gateway(settings: GatewaySettings) -> AsyncIterator[Running]:
    async with running(settings) as gateway:
        yield gateway


@pytest.fixture
async def http(gateway: Running) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{gateway.port}", timeout=5) as client:
        yield client
