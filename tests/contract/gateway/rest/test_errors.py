"""Problems: their shape, where they come from, and what they do not tell."""

from typing import Any

import httpx
import pytest
from pcf_gateway.bootstrap import running
from pcf_gateway.settings import GatewaySettings


async def create(http: httpx.AsyncClient, prompt: str, **headers: str) -> httpx.Response:
    return await http.post("/v1/builds", json={"prompt": prompt}, headers=headers)


async def test_a_problem_has_every_member(http: httpx.AsyncClient):
    response = await http.get(f"/v1/builds/{'9' * 26}", headers={"X-Request-Id": "r-1"})

    assert response.headers["Content-Type"] == "application/problem+json"
    assert response.json() == {
        "type": "urn:pcf:problem:build-not-found",
        "title": "Build not found",
        "status": 404,
        "detail": "There is no build of that name.",
        "instance": "/requests/r-1",
        "code": "PCF-SYS-005",
        "stage": None,
        "userMessage": "There is no such build.",
        "suggestion": "Take one from the list it belongs to.",
        "alternatives": [],
        "details": {},
        "reason": "BUILD_NOT_FOUND",
        "violations": [],
    }


async def test_an_unknown_path_is_a_problem(http: httpx.AsyncClient):
    for path in ("/nothing", "/v1/builds/", f"/v1/builds/{'0' * 26}:explode", "/v1/builds/a/b/c"):
        response = await http.get(path)
        assert (response.status_code, response.json()["reason"]) == (404, "PATH_NOT_FOUND")


@pytest.mark.parametrize(
    ("method", "path", "allow"),
    [
        ("DELETE", "/v1/builds", "GET, POST"),
        ("POST", f"/v1/builds/{'0' * 26}", "GET"),
        ("GET", f"/v1/builds/{'0' * 26}:cancel", "POST"),
        ("PUT", f"/v1/builds/{'0' * 26}/artifacts/source", "GET, HEAD"),
        ("OPTIONS", "/v1/capabilities", "GET"),
        ("POST", "/", "GET, HEAD"),
    ],
)
async def test_a_method_that_is_not_there_names_those_that_are(
    http: httpx.AsyncClient, method: str, path: str, allow: str
):
    response = await http.request(method, path)

    assert (response.status_code, response.headers["Allow"]) == (405, allow)
    assert response.json()["reason"] == "METHOD_NOT_ALLOWED"


async def test_a_full_queue_says_when_to_come_again(http: httpx.AsyncClient):
    response = await create(http, "full")

    assert (response.status_code, response.json()["reason"]) == (503, "QUEUE_FULL")
    assert response.headers["Retry-After"] == "7"


async def test_a_tenant_s_own_full_queue_is_too_many_requests(http: httpx.AsyncClient):
    response = await create(http, "tenant full")

    assert (response.status_code, response.json()["code"]) == (429, "PCF-SYS-007")
    assert (response.json()["reason"], response.headers["Retry-After"]) == ("TENANT_QUEUE_FULL", "3")


async def test_a_fault_behind_us_tells_nothing_of_itself(http: httpx.AsyncClient):
    response = await create(http, "crash")

    assert (response.status_code, response.json()["code"]) == (500, "PCF-SYS-004")
    assert "secret" not in response.text


async def test_a_request_ends_with_its_time(http: httpx.AsyncClient, generator: Any):
    response = await create(http, "slow", **{"X-Request-Timeout": "1"})

    assert (response.status_code, response.json()["reason"]) == (504, "DEADLINE_EXCEEDED")


async def test_a_service_that_is_away_is_unavailable_and_its_address_is_not_told(settings: GatewaySettings):
    nowhere = "127.0.0.1:1"
    away = settings.model_copy(update={"generator_target": nowhere})
    async with (
        running(away) as gateway,
        httpx.AsyncClient(base_url=f"http://127.0.0.1:{gateway.port}") as http,
    ):
        response = await http.get("/v1/builds", headers={"X-Request-Timeout": "2"})

    assert (response.status_code, response.json()["code"]) == (503, "PCF-SYS-008")
    assert nowhere not in response.text


async def test_a_request_carries_its_id_and_its_time_to_the_service(http: httpx.AsyncClient, generator: Any):
    trace = f"00-{'a' * 32}-{'b' * 16}-01"
    headers = {"X-Request-Id": "order:4711", "X-Request-Timeout": "9.5", "traceparent": trace}
    await create(http, "Star rating", **headers)

    context, left, traced = generator.seen[0]

    assert (context.request_id, context.actor) == ("order:4711", "anonymous")
    assert 7 < left < 9.5
    assert traced == {"traceparent": trace}


async def test_a_request_without_wishes_has_thirty_seconds(http: httpx.AsyncClient, generator: Any):
    await create(http, "Star rating")

    assert 27 < generator.seen[0][1] < 30


async def test_nobody_gets_more_time_than_the_longest(http: httpx.AsyncClient, generator: Any):
    await create(http, "Star rating", **{"X-Request-Timeout": "9999"})

    assert 117 < generator.seen[0][1] < 120


@pytest.mark.parametrize("value", ["0", "0.5", "-1", "1e3", "inf", "nan", "", "10000", "1.2345", "ten"])
async def test_a_time_that_is_none_is_refused(http: httpx.AsyncClient, value: str):
    response = await http.get("/v1/builds", headers={"X-Request-Timeout": value})

    assert (response.status_code, response.json()["violations"][0]["field"]) == (400, "X-Request-Timeout")


@pytest.mark.parametrize("sent", ["", "a b", "é", "x" * 101, '"'])
async def test_an_id_that_is_unfit_is_replaced(http: httpx.AsyncClient, sent: str):
    response = await http.get("/healthz", headers={"X-Request-Id": sent.encode("latin-1")})

    assert response.status_code == 200
    assert response.headers["X-Request-Id"] not in {"", sent}


async def test_every_request_has_an_id_of_its_own(http: httpx.AsyncClient):
    ids = {(await http.get(path)).headers["X-Request-Id"] for path in ("/healthz", "/nothing", "/healthz")}

    assert len(ids) == 3


async def test_nothing_is_kept_and_no_type_is_guessed(http: httpx.AsyncClient):
    for path in ("/v1/builds", "/nothing", "/readyz"):
        headers = (await http.get(path)).headers
        assert (headers["Cache-Control"], headers["X-Content-Type-Options"]) == ("no-store", "nosniff")
        assert "server" not in headers
