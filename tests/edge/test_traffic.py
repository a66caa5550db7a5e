"""The product through the edge: the main job, its events as they happen, and what the edge adds."""

import gzip
import hashlib
from typing import Any

import httpx
import pytest

PROMPT = "I need a 7-star rating control for hotels"
DEADLINE_S = 60


def test_a_prompt_becomes_a_project_over_http_2(browser: httpx.Client):
    accepted = browser.post("/v1/builds", json={"prompt": PROMPT})
    build = _settled(browser, accepted.json()["id"])
    artifact = build["result"]["artifacts"][0]
    content = browser.get(artifact["href"]).content

    assert (202, "HTTP/2") == (accepted.status_code, accepted.http_version)
    assert "succeeded" == build["state"]
    assert artifact["sha256"] == hashlib.sha256(content).hexdigest()


def test_events_come_one_by_one(browser: httpx.Client):
    build_id = browser.post("/v1/builds", json={"prompt": "a slider from 0 to 1234"}).json()["id"]
    with browser.stream("GET", f"/v1/builds/{build_id}/events", headers={"accept-encoding": "gzip, br"}) as response:
        pieces = list(response.iter_raw())

    assert "text/event-stream" in response.headers["content-type"]
    assert "content-encoding" not in response.headers
    assert len(pieces) > 1
    assert b"event: succeeded" in pieces[-1]


def test_clear_text_is_sent_to_tls(stack: Any):
    plain = f"http://127.0.0.1:{stack.edge.plain_port}"
    with httpx.Client(trust_env=False) as client:
        answer = client.post(f"{plain}/v1/builds?a=b", json={"prompt": PROMPT})

    assert (308, f"{stack.edge.url}/v1/builds?a=b") == (answer.status_code, answer.headers["location"])


@pytest.mark.parametrize("path", ["/", "/v1/capabilities", "/openapi.json"])
@pytest.mark.parametrize(("asked", "given"), [("gzip", "gzip"), ("br, gzip", "br"), ("identity", None)])
def test_text_is_compressed_as_the_client_asks(browser: httpx.Client, path: str, asked: str, given: str | None):
    with browser.stream("GET", path, headers={"accept-encoding": asked}) as response:
        raw = b"".join(response.iter_raw())
    whole = browser.get(path, headers={"accept-encoding": "identity"}).content

    assert (200, given) == (response.status_code, response.headers.get("content-encoding"))
    assert whole == (gzip.decompress(raw) if given == "gzip" else raw if given is None else whole)
    assert (len(raw) < len(whole)) is (given is not None)


def test_a_compressed_page_is_known_again(browser: httpx.Client):
    tag = browser.get("/", headers={"accept-encoding": "gzip"}).headers["etag"]

    assert 304 == browser.get("/", headers={"accept-encoding": "gzip", "if-none-match": tag}).status_code


def test_every_answer_has_the_headers_of_a_safe_site(browser: httpx.Client):
    page, listing = browser.get("/"), browser.get("/v1/capabilities")

    for answer in (page, listing):
        assert "max-age=31536000; includeSubDomains" == answer.headers["strict-transport-security"]
        assert "nosniff" == answer.headers["x-content-type-options"]
        assert "h3=" in answer.headers["alt-svc"]
        assert not {"server", "x-envoy-upstream-service-time"} & set(answer.headers)
    # The page's own policy stays as the gateway made it.
    assert "script-src 'self'" in page.headers["content-security-policy"]
    assert "default-src 'none'; frame-ancestors 'none'" == listing.headers["content-security-policy"]


@pytest.mark.parametrize("path", ["/metrics", "/readyz", "//metrics", "/v1/../metrics", "/metrics/", "/metrics?x=1"])
def test_what_operators_ask_stays_inside(browser: httpx.Client, path: str):
    assert 404 == browser.request("GET", browser.base_url.copy_with(raw_path=path.encode())).status_code


def _settled(browser: httpx.Client, build_id: str) -> Any:
    browser.get(f"/v1/builds/{build_id}/events", timeout=DEADLINE_S)
    return browser.get(f"/v1/builds/{build_id}").json()
