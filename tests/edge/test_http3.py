"""HTTP/3: the main job over it, the same limits and rules as over HTTP/2, and how clients learn that it is there."""

import asyncio
import hashlib
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from tests.edge.echo import Echo
from tests.edge.http3 import Client, Reset, http3
from tests.edge.proxies import Edge

Echoing = tuple[Edge, Echo]
_AT_ONCE = 40


@pytest.fixture
async def quick(stack: Any) -> AsyncIterator[Client]:
    """A client of the whole product."""
    async with http3(stack.edge.port, authority=stack.edge.certificates.authority) as client:
        yield client


@pytest.fixture
async def quick_echo(echoing: Echoing) -> AsyncIterator[Client]:
    edge, _ = echoing
    async with http3(edge.port, authority=edge.certificates.authority) as client:
        yield client


def test_clients_of_http_2_are_told_of_it(browser: httpx.Client):
    assert browser.get("/v1/capabilities").headers["alt-svc"].startswith('h3=":443"')


async def test_a_prompt_becomes_a_project(quick: Client):
    accepted = await quick.ask("POST", "/v1/builds", body={"prompt": "I need a 9-star rating control for hotels"})
    events = await quick.ask("GET", f"/v1/builds/{accepted.json()['id']}/events")
    build = (await quick.ask("GET", f"/v1/builds/{accepted.json()['id']}")).json()
    artifact = build["result"]["artifacts"][0]
    content = (await quick.ask("GET", artifact["href"])).body

    assert (202, 200) == (accepted.status, events.status)
    assert b"event: succeeded" in events.body
    assert len(events.pieces) > 1
    assert artifact["sha256"] == hashlib.sha256(content).hexdigest()


async def test_requests_of_one_connection_are_answered_at_once(quick: Client):
    answers = await asyncio.gather(*(quick.ask("GET", "/v1/capabilities") for _ in range(_AT_ONCE)))

    assert {200} == {answer.status for answer in answers}


async def test_only_our_own_services_say_who_acts(quick_echo: Client):
    seen = (await quick_echo.ask("GET", "/v1/x", headers={"x-pcf-tenant": "a", "x-forwarded-for": "8.8.8.8"})).json()

    assert not [name for name in seen["headers"] if name.startswith("x-pcf-")]
    assert "8.8.8.8" not in seen["headers"]["x-forwarded-for"]


@pytest.mark.parametrize("path", ["/v1%2Fbuilds", "/v1%5Cbuilds", "/metrics", "/readyz"])
async def test_tricks_with_paths_reach_nobody(quick_echo: Client, echoing: Echoing, path: str):
    _, upstream = echoing
    before = len(upstream.asked)
    answer = await quick_echo.ask("GET", path)

    assert answer.status in (400, 404)
    assert before == len(upstream.asked)


async def test_more_headers_than_may_be_are_refused_and_others_are_served(quick_echo: Client):
    many = {f"x-{number}": "y" * 10 for number in range(200)}
    try:
        refused = (await quick_echo.ask("GET", "/v1/x", headers=many)).status
    except Reset:
        refused = 431

    assert 431 == refused
    assert 200 == (await quick_echo.ask("GET", "/v1/x")).status


async def test_a_body_that_is_too_large_is_refused(quick_echo: Client):
    assert 413 == (await quick_echo.ask("POST", "/v1/x", body={"prompt": "y" * 70_000})).status
