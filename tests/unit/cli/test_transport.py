"""Whatever a server does, or is, ends in an answer or in one of the command line's own errors."""

import socket
from typing import Any

import pytest
from pcf_cli.client import connect
from pcf_cli.exits import Refused, Unreachable, WrongUsage

KEY = "idempotency-key"


async def test_an_answer_is_its_json(gateway: Any):
    gateway.on("GET", "/v1/builds/{id}", gateway.json(gateway.build("queued")))

    async with connect(gateway.url) as api:
        assert gateway.build("queued") == await api.build(gateway.build_id)


async def test_nobody_there_is_told_with_what_to_do():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        free = listener.getsockname()[1]

    with pytest.raises(Unreachable) as refused:
        async with connect(f"http://127.0.0.1:{free}") as api:
            await api.build("x")

    assert f"No server answers at http://127.0.0.1:{free}." == refused.value.lines[0]
    assert "pcf-builder serve" in refused.value.lines[1]


@pytest.mark.parametrize("url", ["", "127.0.0.1:3000", "ftp://here", "http://", "nonsense", "http://127.0.0.1:99999"])
async def test_what_is_no_address_is_wrong_usage(url: str):
    with pytest.raises(WrongUsage, match="is no address of a server"):
        async with connect(url) as api:
            await api.build("x")


@pytest.mark.parametrize("body", [b"<html>hello</html>", b"[]", b'{"error": 1}', b"\xff"])
@pytest.mark.parametrize("status", [400, 404, 500])
async def test_another_kind_of_server_is_recognised(gateway: Any, body: bytes, status: int):
    gateway.on("GET", "/v1/builds/x", gateway.raw(body, status=status))

    with pytest.raises(Unreachable, match="answers, but not as a PCF Builder does"):
        async with connect(gateway.url) as api:
            await api.build("x")


async def test_an_answer_that_is_no_json_is_no_answer(gateway: Any):
    gateway.on("GET", "/v1/builds/x", gateway.raw(b"<html>welcome</html>"))

    with pytest.raises(Unreachable, match="answers, but not as a PCF Builder does"):
        async with connect(gateway.url) as api:
            await api.build("x")


async def test_a_problem_is_told_in_its_words(gateway: Any):
    violations = [{"field": "prompt", "description": "must say something"}]
    refusal = gateway.problem(400, "INVALID_REQUEST", violations=violations, alternatives=["This.", "That."])
    gateway.on("POST", "/v1/builds", refusal)

    with pytest.raises(Refused) as refused:
        async with connect(gateway.url) as api:
            await api.create_build("", {})

    assert (
        "It was refused.",
        "prompt: must say something",
        "  What to do: Do it otherwise.",
        "  Instead:    This.",
        "  Instead:    That.",
        "  code PCF-SYS-002 · request request-1",
    ) == refused.value.lines


@pytest.mark.parametrize("status", [502, 503, 504])
async def test_a_server_that_cannot_serve_now_counts_as_not_there(gateway: Any, status: int):
    gateway.on("GET", "/v1/builds/x", gateway.problem(status, "UNAVAILABLE"))

    with pytest.raises(Unreachable, match=r"It was refused\."):
        async with connect(gateway.url) as api:
            await api.build("x")


@pytest.mark.parametrize(("status", "reason"), [(429, "TOO_BUSY"), (503, "QUEUE_FULL"), (503, "GATEWAY_FULL")])
async def test_too_busy_is_waited_for_as_long_as_asked(gateway: Any, status: int, reason: str):
    busy = gateway.problem(status, reason, headers={"Retry-After": "0"})
    gateway.on("POST", "/v1/builds", busy, busy, gateway.json(gateway.build("queued"), 202))

    async with connect(gateway.url) as api:
        await api.create_build("a rating", {})

    sent = gateway.requests("POST", "/v1/builds")
    assert 3 == len(sent)
    assert {sent[0].headers[KEY]} == {each.headers[KEY] for each in sent}, "one key, or there may be three builds"


async def test_too_busy_for_too_long_is_told(gateway: Any):
    gateway.on("GET", "/v1/builds/x", gateway.problem(429, "TOO_BUSY", headers={"Retry-After": "0"}))

    with pytest.raises(Refused, match=r"It was refused\."):
        async with connect(gateway.url) as api:
            await api.build("x")


async def test_who_is_to_come_back_tomorrow_is_told_at_once(gateway: Any):
    gateway.on("POST", "/v1/builds", gateway.problem(429, "QUOTA_SPENT", headers={"Retry-After": "86400"}))

    with pytest.raises(Refused, match=r"It was refused\."):
        async with connect(gateway.url) as api:
            await api.create_build("a rating", {})

    assert 1 == len(gateway.requests("POST", "/v1/builds"))


async def test_a_connection_that_breaks_is_tried_anew(gateway: Any):
    whole = gateway.json(gateway.build("queued"))
    gateway.on("GET", "/v1/builds/{id}", gateway.raw(whole.body, cut=True), whole)

    async with connect(gateway.url) as api:
        assert gateway.build("queued") == await api.build(gateway.build_id)


async def test_ids_cannot_lead_to_another_path(gateway: Any):
    with pytest.raises(Refused):
        async with connect(gateway.url) as api:
            await api.build("../audit/events?x=1#y")

    assert ["/v1/builds/..%2Faudit%2Fevents%3Fx%3D1%23y"] == [asked.path for asked in gateway.asked]


async def test_a_list_is_followed_page_by_page_to_its_limit(gateway: Any):
    pages = [{"builds": [1, 2], "next_page_token": "t2"}, {"builds": [3, 4], "next_page_token": "t3"}]
    gateway.on("GET", "/v1/builds", *map(gateway.json, pages))

    async with connect(gateway.url) as api:
        found = [each async for each in api.listed("/v1/builds", "builds", limit=4, query={"state": None})]

    assert [1, 2, 3, 4] == found
    assert ["/v1/builds?page_size=4", "/v1/builds?page_size=2&page_token=t2"] == [each.path for each in gateway.asked]


async def test_a_proxy_of_the_environment_does_not_hide_this_machine(gateway: Any, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    gateway.on("GET", "/v1/builds/{id}", gateway.json(gateway.build("queued")))

    async with connect(gateway.url) as api:
        assert "queued" == (await api.build(gateway.build_id))["state"]
