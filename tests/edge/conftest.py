"""The whole product as operators run it: edge, two gateways, balancer, two generators, brain and audit log."""

import asyncio
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.drills.product import Product, product
from tests.edge.echo import Echo, echo
from tests.edge.proxies import Edge, edge
from tests.servers.postgres import Postgres
from tests.servers.processes import until as eventually


@pytest.fixture(scope="session")
def stack(postgres: Postgres, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    """What tests share; each leaves it running."""
    with product(tmp_path_factory.mktemp("stack"), postgres) as running:
        asyncio.run(running.ready())
        yield running


@pytest.fixture
def browser(stack: Product) -> Iterator[httpx.Client]:
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
