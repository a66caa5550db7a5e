"""More than the gateways can answer in time: the edge takes in what they can, and says when to come again."""

import asyncio
from collections.abc import Iterator

import httpx
import pytest

from tests.edge.echo import Echo, echo
from tests.edge.proxies import Edge, edge

_CLIENTS = 40
_SLOW_S = 0.4
_PATIENCE_S = 30.0


@pytest.fixture
def slow(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Edge, Echo]]:
    with echo() as upstream, edge(tmp_path_factory.mktemp("slow"), [upstream.port]) as at_edge:
        upstream.takes_s = _SLOW_S
        yield at_edge, upstream


async def test_what_is_too_much_is_refused_until_answers_are_quick_again(slow: tuple[Edge, Echo]):
    at_edge, upstream = slow
    async with _browser(at_edge) as client:
        refusal = await _refused(client, "/v1/builds")
        upstream.takes_s = 0.0
        await _all_answered(client)

    assert (503, "1") == (refusal.status_code, refusal.headers["retry-after"])
    assert "application/problem+json" == refusal.headers["content-type"]
    assert 503 == refusal.json()["status"]


@pytest.mark.parametrize("path", ["/v1/builds/A/events", "/v1/builds/A/artifacts/source", "/v1/audit/log"])
async def test_who_was_let_in_gets_the_end(slow: tuple[Edge, Echo], path: str):
    at_edge, _ = slow
    async with _browser(at_edge) as client:
        await _refused(client, "/v1/builds")
        answers = await asyncio.gather(*(client.get(path) for _ in range(_CLIENTS)))

    assert {200} == {answer.status_code for answer in answers}


async def test_few_are_always_let_in(slow: tuple[Edge, Echo]):
    at_edge, _ = slow
    async with _browser(at_edge) as client:
        await _refused(client, "/v1/builds")
        answers = [await asyncio.gather(*(client.get("/v1/builds") for _ in range(8))) for _ in range(4)]

    assert {200} == {answer.status_code for some in answers for answer in some}


async def _refused(client: httpx.AsyncClient, path: str) -> httpx.Response:
    """The first refusal, once the edge has learned how slow answers are."""
    async with asyncio.timeout(_PATIENCE_S):
        while True:
            answers = await asyncio.gather(*(client.get(path) for _ in range(_CLIENTS)))
            refusals = [answer for answer in answers if answer.status_code != 200]
            if refusals:
                return refusals[0]


async def _all_answered(client: httpx.AsyncClient) -> None:
    """Returns when as many as were too many are answered."""
    async with asyncio.timeout(_PATIENCE_S):
        while {answer.status_code for answer in await _at_once(client)} != {200}:
            await asyncio.sleep(0.05)


async def _at_once(client: httpx.AsyncClient) -> list[httpx.Response]:
    return await asyncio.gather(*(client.get("/v1/builds") for _ in range(_CLIENTS)))


def _browser(at_edge: Edge) -> httpx.AsyncClient:
    # Its own limit of connections would make requests wait here.
    limits = httpx.Limits(max_connections=_CLIENTS, max_keepalive_connections=_CLIENTS)
    return httpx.AsyncClient(
        base_url=at_edge.url, verify=at_edge.trusting, trust_env=False, timeout=_PATIENCE_S, limits=limits
    )
