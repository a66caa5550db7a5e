"""One build by REST through all four services is one trace, at a real OTLP receiver."""

import os
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from pcf_audit.bootstrap import running as audit_running
from pcf_audit.settings import AuditSettings
from pcf_brain.bootstrap import running as brain_running
from pcf_brain.settings import BrainSettings
from pcf_gateway.bootstrap import running as gateway_running
from pcf_gateway.settings import GatewaySettings
from pcf_generator.bootstrap import running as generator_running
from pcf_generator.settings import GeneratorSettings

from tests.servers.otlp_receiver import Received, Receiver, receiving

BRAIN = Path(os.environ.get("PCF_TEST_BRAIN", Path(__file__).parents[3] / "ai-brain"))
PROMPT = "7 star rating, canaryprompt4f21"
STAGES = {
    "intent-interpretation",
    "capability-matching",
    "specification-generation",
    "rules-validation",
    "final-validation",
    "code-generation",
    "packaging",
}
CLIENTS_TRACE = "c" * 32
DELIVERY = "deliver audit entries"
APPEND = "pcf.audit.v1.AuditService/AppendEvents"


@dataclass(frozen=True)
class World:
    """The four services, and where their traces go."""

    http: httpx.AsyncClient
    metrics: str
    receiver: Receiver

    async def build(self, **headers: str) -> None:
        """Create one and watch it to its end."""
        created = await self.http.post("/v1/builds", json={"prompt": PROMPT}, headers=headers)
        assert 202 == created.status_code, created.text
        events = await self.http.get(f"/v1/builds/{created.json()['id']}/events")
        assert "succeeded" in events.text


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    async with AsyncExitStack() as stack:
        receiver = await stack.enter_async_context(receiving())
        common = {"port": 0, "metrics_port": 0, "otlp_endpoint": receiver.endpoint, "trace_sample": 1.0}
        brain = await stack.enter_async_context(brain_running(BrainSettings(folder=BRAIN, **common)))
        log = AuditSettings(database=tmp_path / "audit.db", **common)
        audit = await stack.enter_async_context(audit_running(log))
        peers = {"brain_target": f"127.0.0.1:{brain.port}", "audit_target": f"127.0.0.1:{audit.port}"}
        stored = {"database": tmp_path / "builds.db", "artifacts": tmp_path / "artifacts"}
        builds = GeneratorSettings(**peers, **stored, **common)
        generator = await stack.enter_async_context(generator_running(builds))
        peers["generator_target"] = f"127.0.0.1:{generator.port}"
        edge = GatewaySettings(auth="off", **peers, **common)
        gateway = await stack.enter_async_context(gateway_running(edge))
        http = httpx.AsyncClient(base_url=f"http://127.0.0.1:{gateway.port}", timeout=40, trust_env=False)
        yield World(await stack.enter_async_context(http), f"http://127.0.0.1:{gateway.metrics_port}", receiver)


def parents(spans: list[Received]) -> set[tuple[str, str]]:
    """(name of the span, name of its parent); no name for the root."""
    names = {each.span.span_id: each.span.name for each in spans}
    return {(each.span.name, names.get(each.span.parent_span_id, "")) for each in spans}


def audited(seen: Sequence[Received]) -> bool:
    return any(each.service == "pcf-audit" and each.span.trace_id.hex() == CLIENTS_TRACE for each in seen)


async def test_a_build_is_one_trace_from_the_request_to_the_audit_log(world: World):
    await world.build(traceparent=f"00-{CLIENTS_TRACE}-{'d' * 16}-00")
    last = {DELIVERY, "run build", "POST /v1/builds"}
    spans = await world.receiver.until(lambda seen: last <= {each.span.name for each in seen} and audited(seen))
    trace = [each for each in spans if each.span.trace_id.hex() == CLIENTS_TRACE]
    create, route = "pcf.generator.v1.GeneratorService/CreateBuild", "pcf.brain.v1.BrainService/RouteTask"
    tree = parents(trace)
    expected = {
        ("POST /v1/builds", ""),
        (create, "POST /v1/builds"),
        (create, create),
        ("sqlite create", create),
        ("run build", create),
        *((f"stage {stage}", "run build") for stage in STAGES),
        (route, "stage intent-interpretation"),
        (route, route),
        (DELIVERY, create),
        (APPEND, DELIVERY),
        (APPEND, APPEND),
    }
    assert set() == expected - tree
    assert {"pcf-gateway", "pcf-generator", "pcf-brain", "pcf-audit"} == {each.service for each in trace}
    (request,) = (each for each in trace if each.span.name == "POST /v1/builds")
    told = request.attributes
    assert ("POST", "/v1/builds", 202) == (
        told["http.request.method"],
        told["http.route"],
        told["http.response.status_code"],
    )
    assert b"canaryprompt4f21" not in b"".join(world.receiver.raw)
    async with httpx.AsyncClient(trust_env=False) as http:
        accept = {"accept": "application/openmetrics-text; version=1.0.0"}
        measured = (await http.get(f"{world.metrics}/metrics", headers=accept)).text
    assert f'trace_id="{CLIENTS_TRACE}"' in measured
    assert 'pcf_trace_spans_total{outcome="dropped"} 0.0' in measured
