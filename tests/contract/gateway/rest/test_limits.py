"""Who asks too much, over real HTTP: what is answered, what is said of it, and what is not touched."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from pcf_gateway.auth import api_key
from pcf_gateway.auth.api_key import ApiKey
from pcf_gateway.auth.key_event import KeyEvent
from pcf_gateway.auth.key_store import StoredKey
from pcf_gateway.auth.scopes import SCOPES
from pcf_gateway.auth.sqlite_keys import open_sqlite
from pcf_gateway.bootstrap import running
from pcf_gateway.settings import GatewaySettings
from pcf_runtime import request_context
from pcf_runtime.ids import new_ulid

PEPPER = "p" * 32
HEADERS = ("ratelimit-policy", "ratelimit-limit", "ratelimit-remaining", "ratelimit-reset")


class World:
    """A gateway with limits, and keys to it."""

    def __init__(self, settings: GatewaySettings, folder: Path) -> None:
        self._settings = settings
        self._database = folder / "gateway.db"

    async def key(self, tenant: str = "contoso", name: str = "ci") -> dict[str, str]:
        async with open_sqlite(self._database) as store:
            key = ApiKey(new_ulid(), api_key.new_secret())
            digest, now = api_key.digest(key, PEPPER.encode()), datetime.now(UTC)
            stored = StoredKey(key.key_id, tenant, name, tuple(SCOPES), digest, now, "test")
            event = KeyEvent(new_ulid(), "key.created", now, tenant, "test", "", key.key_id, name, tuple(SCOPES))
            await store.add(stored, event)
        return {"X-API-Key": key.text}

    @asynccontextmanager
    async def serving(self, **limits: Any) -> AsyncIterator[httpx.AsyncClient]:
        on = {"auth": "on", "database": self._database, "key_pepper": PEPPER}
        settings = GatewaySettings.model_validate({**self._settings.model_dump(), **on, **limits})
        async with running(settings) as gateway:
            url = f"http://127.0.0.1:{gateway.port}"
            async with httpx.AsyncClient(base_url=url, timeout=5) as http:
                yield http


@pytest.fixture
def world(settings: GatewaySettings, tmp_path: Path) -> World:
    return World(settings, tmp_path)


async def test_every_answer_to_a_known_caller_says_how_it_stands(world: World):
    key = await world.key()
    async with world.serving(key_per_second=0, key_per_minute=50, tenant_per_second=0, tenant_per_minute=0) as http:
        answers = [await http.get(path, headers=key) for path in ("/v1/builds", "/v1/builds?x=1", "/v1/nothing")]
        unknown = await http.get("/v1/builds")
        public = await http.get("/healthz")

    assert [200, 400, 404] == [answer.status_code for answer in answers]
    assert ["49", "48", "47"] == [answer.headers["RateLimit-Remaining"] for answer in answers]
    for answer in answers:
        assert ("50;w=60", "50") == (answer.headers["RateLimit-Policy"], answer.headers["RateLimit-Limit"])
        assert 0 < int(answer.headers["RateLimit-Reset"]) <= 60
    assert [] == [name for answer in (unknown, public) for name in HEADERS if name in answer.headers]


async def test_too_much_is_a_429_that_says_when_to_come_back(world: World, caplog: pytest.LogCaptureFixture):
    key, other = await world.key(), await world.key("fabrikam")
    with caplog.at_level(logging.INFO, "pcf.http"):
        async with world.serving(key_per_minute=3) as http:
            answers = [await http.get("/v1/builds", headers=key) for _ in range(4)]
            untouched = await http.get("/v1/builds", headers=other)
            metrics = (await http.get("/metrics", headers=other)).text

    assert [200, 200, 200, 429] == [answer.status_code for answer in answers]
    problem, headers = answers[-1].json(), answers[-1].headers
    assert ("RATE_LIMITED", "PCF-SYS-007") == (problem["reason"], problem["code"])
    assert {"limit": "key_per_minute"} == problem["details"]
    assert f"Try again in {headers['Retry-After']} seconds." == problem["suggestion"]
    assert ("3", "0", headers["Retry-After"]) == tuple(headers[name] for name in HEADERS[1:])
    assert 200 == untouched.status_code
    assert 'pcf_http_limited_total{limit="key_per_minute"} 1.0' in metrics
    (line,) = [record for record in caplog.records if record.message == "request finished"]
    assert "key_per_minute" == line.__dict__["pcf.limit"]


async def test_builds_of_a_day_are_counted_when_they_start(world: World):
    key = await world.key()
    async with world.serving(builds_per_day=2) as http:
        bodies = [{"prompt": ""}, {"prompt": "stars"}, {"prompt": "stars"}, {"prompt": "stars"}]
        answers = [await http.post("/v1/builds", json=body, headers=key) for body in bodies]
        reads = await http.get("/v1/builds", headers=key)

    assert [400, 202, 202, 429] == [answer.status_code for answer in answers]
    assert "QUOTA_SPENT" == answers[-1].json()["reason"]
    assert "Try again in 24 hours." == answers[-1].json()["suggestion"]
    assert "2;w=86400" == answers[-1].headers["RateLimit-Policy"]
    assert 200 == reads.status_code


async def test_streams_have_places_of_their_own_and_give_them_back(world: World):
    key = await world.key()
    async with world.serving(streams_at_once=1) as http:
        build = (await http.post("/v1/builds", json={"prompt": "hold"}, headers=key)).json()["id"]
        path = f"/v1/builds/{build}/events"
        async with http.stream("GET", path, headers=key):
            second, read = await http.get(path, headers=key), await http.get("/v1/builds", headers=key)
        async with asyncio.timeout(5):
            while (await _status(http, path, key)) == 429:  # noqa: ASYNC110 - the server tells nobody
                await asyncio.sleep(0.01)

    assert (429, "TOO_MANY_AT_ONCE", "1") == (
        second.status_code,
        second.json()["reason"],
        second.headers["Retry-After"],
    )
    assert 200 == read.status_code


async def _status(http: httpx.AsyncClient, path: str, key: dict[str, str]) -> int:
    async with http.stream("GET", path, headers=key) as response:
        return response.status_code


async def test_a_gateway_that_is_full_answers_503_but_its_probes(world: World, generator: Any):
    key = await world.key()
    async with world.serving(requests_at_once_in_all=1) as http:
        slow = asyncio.create_task(http.post("/v1/builds", json={"prompt": "slow"}, headers=key))
        async with asyncio.timeout(5):
            await generator.called.wait()
        full = await http.get("/v1/builds", headers=key)
        health = await http.get("/healthz")
        slow.cancel()

    assert ("GATEWAY_FULL", "1") == (full.json()["reason"], full.headers["Retry-After"])
    assert 200 == health.status_code


async def test_guesses_are_looked_at_so_often_and_then_not_at_all(world: World):
    key = await world.key()
    wrong = {"X-API-Key": key["X-API-Key"][:-1] + "!"}
    async with world.serving(failed_credentials_per_minute=3, trusted_proxies=1) as http:
        guesses = [await http.get("/v1/builds", headers=wrong | {"X-Forwarded-For": "203.0.113.9"}) for _ in range(4)]
        same = await http.get("/v1/builds", headers=key | {"X-Forwarded-For": "203.0.113.9"})
        other = await http.get("/v1/builds", headers=key | {"X-Forwarded-For": "203.0.113.9, 203.0.113.7"})

    assert [401, 401, 401, 429] == [answer.status_code for answer in guesses]
    assert ("TOO_MANY_FAILURES", 429) == (guesses[-1].json()["reason"], same.status_code)
    assert 200 == other.status_code


async def test_a_tenant_may_be_an_exception(world: World, tmp_path: Path):
    file = tmp_path / "limits.yaml"
    file.write_text("tenants: {fabrikam: {key_per_minute: 2}}")
    usual, exception = await world.key(), await world.key("fabrikam")
    async with world.serving(limits=file) as http:
        answers = [
            [(await http.get("/v1/builds", headers=key)).status_code for _ in range(3)] for key in (usual, exception)
        ]

    assert [[200, 200, 200], [200, 200, 429]] == answers


async def test_the_access_log_names_whose_request_it_was(world: World, caplog: pytest.LogCaptureFixture):
    seen: list[tuple[str, str]] = []

    def note(record: logging.LogRecord) -> bool:
        context = request_context.current()
        seen.append((context.tenant, context.actor))
        return True

    key = await world.key()
    caplog.handler.addFilter(note)
    with caplog.at_level(logging.INFO, "pcf.http"):
        async with world.serving() as http:
            await http.post("/v1/builds", json={"prompt": "stars"}, headers=key)
    caplog.handler.removeFilter(note)

    assert ("contoso", "key:ci") in seen


async def test_limits_are_documented_where_they_hold(world: World):
    async with world.serving() as http:
        document = (await http.get("/openapi.json")).json()

    for path in document["paths"].values():
        for operation in path.values():
            limited = operation["responses"].get("429", {}).get("headers", {})
            assert bool(operation["security"]) == ("RateLimit-Reset" in limited), operation["operationId"]
    refusals = document["paths"]["/v1/builds"]["post"]["responses"]["429"]["content"]["application/problem+json"]
    assert {"QUOTA_SPENT", "RATE_LIMITED", "TOO_MANY_AT_ONCE"} <= refusals["examples"].keys()
