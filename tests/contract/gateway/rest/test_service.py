"""The gateway about itself: health, readiness, measurements, its document and its pages."""

from typing import Any

import httpx
import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator, validate
from pcf_gateway.bootstrap import Running, running
from pcf_gateway.settings import GatewaySettings
from prometheus_client.parser import text_string_to_metric_families


def samples(text: str, name: str) -> dict[tuple[str, ...], float]:
    return {
        tuple(sample.labels.values()): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
        if sample.name == name
    }


async def test_it_lives(http: httpx.AsyncClient):
    assert (await http.get("/healthz")).json() == {"status": "ok"}


async def test_it_is_ready_when_the_services_are(http: httpx.AsyncClient):
    response = await http.get("/readyz")

    assert (response.status_code, response.json()) == (200, {"ready": True, "waiting_for": {}, "away": {}})


async def test_it_says_what_it_waits_for(settings: GatewaySettings):
    away = settings.model_copy(update={"brain_target": "127.0.0.1:1"})
    async with (
        running(away) as gateway,
        httpx.AsyncClient(base_url=f"http://127.0.0.1:{gateway.port}") as http,
    ):
        response = await http.get("/readyz")

    assert response.status_code == 503
    assert response.json()["ready"] is False
    assert list(response.json()["waiting_for"]) == ["brain"]


async def test_requests_are_counted_by_route(http: httpx.AsyncClient):
    await http.get(f"/v1/builds/{'9' * 26}")
    await http.request("BREW", "/coffee")

    counted = samples((await http.get("/metrics")).text, "pcf_http_requests_total")

    assert counted["404", "GET", "/v1/builds/{build_id}"] == 1
    assert counted["404", "OTHER", "unmatched"] == 1


async def test_every_series_is_there_before_the_first_request(http: httpx.AsyncClient):
    counted = samples((await http.get("/metrics")).text, "pcf_http_requests_total")

    assert counted["429", "POST", "/v1/builds"] == 0
    assert counted["409", "POST", "/v1/builds/{build_id}:cancel"] == 0


async def test_measurements_have_a_port_of_their_own_too(gateway: Running):
    async with httpx.AsyncClient() as http:
        text = (await http.get(f"http://127.0.0.1:{gateway.metrics_port}/metrics")).text

    assert samples(text, "pcf_build_info") == {("gateway", "0.1.0"): 1.0}


async def test_the_document_is_valid_and_complete(http: httpx.AsyncClient):
    document = (await http.get("/openapi.json")).json()

    validate(document, cls=OpenAPIV31SpecValidator)
    assert list(document["paths"]) == [
        "/v1/builds/{build_id}",
        "/v1/builds",
        "/v1/builds/{build_id}/events",
        "/v1/builds/{build_id}:answer",
        "/v1/builds/{build_id}:cancel",
        "/v1/builds/{build_id}:resume",
        "/v1/builds/{build_id}/artifacts/{kind}",
        "/v1/verify/{sha256}",
        "/v1/usage",
        "/v1/capabilities",
        "/v1/capabilities/{capability_id}",
        "/v1/brain/release",
        "/v1/audit/events",
        "/v1/audit/events/{event_id}",
        "/v1/audit/verification",
        "/v1/audit/checkpoint",
        "/v1/audit/proofs/inclusion",
        "/v1/audit/proofs/consistency",
        "/v1/audit/log",
        "/healthz",
        "/readyz",
        "/metrics",
    ]


async def test_every_operation_is_described_and_every_body_has_an_example(http: httpx.AsyncClient):
    document = (await http.get("/openapi.json")).json()
    operations = [operation for path in document["paths"].values() for operation in path.values()]

    assert [] == [o["operationId"] for o in operations if not (o["summary"] and o["description"])]
    assert [] == [
        (operation["operationId"], status)
        for operation in operations
        for status, content in bodies(operation)
        if not any(key in media for media in content.values() for key in ("example", "examples"))
    ]


def bodies(operation: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    answers = [(status, answer.get("content", {})) for status, answer in operation["responses"].items()]
    asked = operation.get("requestBody", {}).get("content")
    return [pair for pair in [*answers, ("request", asked)] if pair[1]]


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/", "text/html; charset=utf-8"),
        ("/docs", "text/html; charset=utf-8"),
        ("/web/page.css", "text/css; charset=utf-8"),
        ("/web/page.js", "text/javascript; charset=utf-8"),
        ("/web/verify.js", "text/javascript; charset=utf-8"),
        ("/web/key.js", "text/javascript; charset=utf-8"),
        ("/web/docs.js", "text/javascript; charset=utf-8"),
        ("/web/icon.svg", "image/svg+xml"),
    ],
)
async def test_a_page_is_served_and_kept_while_it_is_the_same(http: httpx.AsyncClient, path: str, kind: str):
    first = await http.get(path)
    again = await http.get(path, headers={"If-None-Match": first.headers["ETag"]})

    assert (first.status_code, first.headers["Content-Type"]) == (200, kind)
    assert (again.status_code, again.content) == (304, b"")


async def test_a_page_runs_nothing_but_its_own_scripts(http: httpx.AsyncClient):
    page = await http.get("/")

    policy = page.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "http:" not in page.text.replace("http://www.w3.org", "")
    assert "https:" not in page.text
