"""What browsers are told: about pages of other origins, and what not to do with any answer."""

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from pcf_gateway.bootstrap import running
from pcf_gateway.settings import GatewaySettings

ORIGIN = "https://make.example"
PREFLIGHT = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "content-type,x-api-key"}


@pytest.fixture
async def http(settings: GatewaySettings, tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    changed = {
        "auth": "on",
        "database": tmp_path / "gateway.db",
        "key_pepper": "p" * 32,
        "cors_origins": (ORIGIN,),
        "hsts_s": 600,
    }
    on = GatewaySettings.model_validate({**settings.model_dump(), **changed})
    async with running(on) as gateway, httpx.AsyncClient(base_url=f"http://127.0.0.1:{gateway.port}") as http:
        yield http


async def test_a_preflight_of_a_named_origin_needs_no_credential(http: httpx.AsyncClient):
    answer = await http.options("/v1/builds", headers={"Origin": ORIGIN, **PREFLIGHT})

    assert (204, ORIGIN) == (answer.status_code, answer.headers["Access-Control-Allow-Origin"])
    assert "POST" in answer.headers["Access-Control-Allow-Methods"]
    allowed = answer.headers["Access-Control-Allow-Headers"].lower().split(", ")
    assert {"content-type", "x-api-key", "authorization", "idempotency-key", "last-event-id"} <= set(allowed)
    assert "Access-Control-Allow-Credentials" not in answer.headers


@pytest.mark.parametrize("origin", ["https://evil.example", "null", f"{ORIGIN}.evil.example", "http://make.example"])
async def test_a_preflight_of_another_is_a_request_without_credential(http: httpx.AsyncClient, origin: str):
    answer = await http.options("/v1/builds", headers={"Origin": origin, **PREFLIGHT})

    assert 401 == answer.status_code
    assert [] == [name for name in answer.headers if name.startswith("access-control-")]
    assert "Origin" == answer.headers["Vary"]


async def test_refusals_can_be_read_by_a_named_origin_too(http: httpx.AsyncClient):
    answer = await http.get("/v1/builds", headers={"Origin": ORIGIN})

    assert (401, ORIGIN, "Origin") == (
        answer.status_code,
        answer.headers["Access-Control-Allow-Origin"],
        answer.headers["Vary"],
    )
    assert "RateLimit-Remaining" in answer.headers["Access-Control-Expose-Headers"]


@pytest.mark.parametrize("path", ["/", "/docs", "/web/page.js", "/openapi.json", "/healthz", "/v1/builds", "/nothing"])
async def test_every_answer_says_what_must_not_be_done_with_it(http: httpx.AsyncClient, path: str):
    answer = await http.get(path)
    names = [name for name, _ in answer.headers.multi_items()]
    policy = answer.headers["Content-Security-Policy"]

    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert {
        "x-content-type-options": "nosniff",
        "x-frame-options": "DENY",
        "referrer-policy": "no-referrer",
        "cross-origin-opener-policy": "same-origin",
        "cross-origin-resource-policy": "same-origin",
        "strict-transport-security": "max-age=600",
    }.items() <= dict(answer.headers).items()
    assert "camera=()" in answer.headers["Permissions-Policy"]
    assert len(names) == len(set(names))
