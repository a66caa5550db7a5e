"""The whole product as operators run it: edge, two gateways, balancer, two generators, brain and audit log."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.drills.services import Service
from tests.drills.world import World, databases, world
from tests.edge.echo import Echo, echo
from tests.edge.proxies import Balancer, Edge, balancer, edge
from tests.servers.postgres import Postgres
from tests.servers.processes import until as eventually


@dataclass(frozen=True, slots=True)
class Stack:
    """Everything that runs."""

    edge: Edge
    gateways: list[Service]
    balancer: Balancer
    services: World

    def client(self) -> httpx.Client:
        """A browser: HTTP/2 over TLS."""
        return httpx.Client(base_url=self.edge.url, http2=True, verify=self.edge.trusting, trust_env=False, timeout=60)


@pytest.fixture(scope="session")
def stack(postgres: Postgres, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """What tests share; each leaves it running."""
    folder = tmp_path_factory.mktemp("stack")
    with ExitStack() as running:
        services = running.enter_context(world(*databases(postgres)))
        asyncio.run(services.ready())
        instances = {
            "generator": [each.port for each in services.generators],
            "brain": [services.brain.port],
            "audit": [services.audit.port],
        }
        balancing = running.enter_context(balancer(folder, instances))
        gateways = [_gateway(folder, balancing) for _ in range(2)]
        for gateway in gateways:
            running.callback(gateway.kill)
            gateway.start()
        asyncio.run(_ready(gateways))
        at_edge = running.enter_context(edge(folder, [each.port for each in gateways]))
        yield Stack(at_edge, gateways, balancing, services)


@pytest.fixture
def browser(stack: Stack) -> Iterator[httpx.Client]:
    with stack.client() as client:
        yield client


@pytest.fixture(scope="session")
def echoing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Edge, Echo]]:
    """An edge in front of a server that tells what it got."""
    with echo() as upstream, edge(tmp_path_factory.mktemp("echo"), [upstream.port]) as at_edge:
        yield at_edge, upstream


@pytest.fixture
def limited(tmp_path: Path) -> Iterator[Edge]:
    """An edge with its rate limit as it is shipped."""
    with echo() as upstream, edge(tmp_path, [upstream.port], rate_limited=True) as at_edge:
        yield at_edge


@pytest.fixture
def until() -> Callable[..., Any]:
    """Ask again and again until the answer is yes, and give it."""

    def wait(condition: Callable[[], Any], *, what: str) -> Any:
        eventually(condition, what=what)
        return condition()

    return wait


def _gateway(folder: Path, balancing: Balancer) -> Service:
    targets = {f"{name}_target": f"127.0.0.1:{port}" for name, port in balancing.ports.items() if name != "admin"}
    # Longer than the edge's health checks are apart, as operations.md says.
    return Service("gateway", folder, {**targets, "readiness_wait_s": "3"})


async def _ready(gateways: list[Service]) -> None:
    for gateway in gateways:
        await gateway.ready()
