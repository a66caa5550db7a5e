"""What the edge keeps from the gateway: tricks with paths and headers, what is too large, what only we may say."""

import re
import socket
import ssl
from typing import Any

import httpx
import pytest
from pcf_gateway.resources.problems import Problem

from tests.edge.echo import Echo
from tests.edge.proxies import Edge

Echoing = tuple[Edge, Echo]


@pytest.fixture
def browser(echoing: Echoing) -> Any:
    edge, _ = echoing
    with httpx.Client(base_url=edge.url, http2=True, verify=edge.trusting, trust_env=False, timeout=30) as client:
        yield client


def _spoken(edge: Edge, request: bytes) -> int:
    """The status of an answer to exactly these bytes; 0 if the connection was closed without one."""
    with (
        socket.create_connection(("127.0.0.1", edge.port), timeout=20) as connection,
        edge.trusting.wrap_socket(connection, server_hostname="localhost") as secured,
    ):
        secured.sendall(request)
        try:
            answer = secured.recv(65_536)
        except (ConnectionResetError, ssl.SSLError):
            return 0
    status = re.match(rb"HTTP/1\.1 (\d+)", answer)
    return int(status[1]) if status else 0


REFUSED = {
    "an escaped slash": b"GET /v1%2Fbuilds HTTP/1.1\r\nHost: a\r\n\r\n",
    "an escaped backslash": b"GET /v1%5Cbuilds HTTP/1.1\r\nHost: a\r\n\r\n",
    "a NUL in the path": b"GET /v1/%00 HTTP/1.1\r\nHost: a\r\n\r\n",
    "a name with an underscore": b"GET / HTTP/1.1\r\nHost: a\r\nX_Pcf_Tenant: b\r\n\r\n",
    "no host": b"GET / HTTP/1.1\r\n\r\n",
    "two hosts": b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
    "HTTP/1.0": b"GET / HTTP/1.0\r\nHost: a\r\n\r\n",
    "a length and chunks": b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n"
    b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "two lengths": b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nContent-Length: 5\r\n\r\nabcd",
    "a length that is none": b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: +4\r\n\r\nabcd",
    "chunks of another coding": b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
    "a blank before the colon": b"GET / HTTP/1.1\r\nHost : a\r\n\r\n",
    "a tunnel": b"CONNECT a:80 HTTP/1.1\r\nHost: a:80\r\n\r\n",
    "an upgrade": b"GET / HTTP/1.1\r\nHost: a\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n",
    "65 headers": b"GET / HTTP/1.1\r\nHost: a\r\n" + b"".join(b"X-%d: a\r\n" % n for n in range(70)) + b"\r\n",
    "33 kB of headers": b"GET / HTTP/1.1\r\nHost: a\r\nX-A: " + b"a" * 33_000 + b"\r\n\r\n",
    "33 kB of path": b"GET /" + b"a" * 33_000 + b" HTTP/1.1\r\nHost: a\r\n\r\n",
    "no HTTP": b"\x16\x03\x01 hello\r\n\r\n",
}


@pytest.mark.parametrize("request_bytes", [pytest.param(sent, id=name) for name, sent in REFUSED.items()])
def test_a_trick_is_refused_and_never_reaches_the_gateway(echoing: Echoing, request_bytes: bytes):
    edge, upstream = echoing
    before = len(upstream.asked)

    assert _spoken(edge, request_bytes) in (0, 400, 403, 405, 413, 426, 431, 501)
    assert before == len(upstream.asked)


@pytest.mark.parametrize(
    ("sent", "arrives"),
    [
        ("//v1///builds", "/v1/builds"),
        ("/v1/./builds", "/v1/builds"),
        ("/v1/x/../builds", "/v1/builds"),
        ("/v1/%62uilds", "/v1/builds"),
        ("/v1/x/%2e%2e/builds", "/v1/builds"),
        ("/v1\\builds", "/v1/builds"),
        ("/../../v1/builds", "/v1/builds"),
    ],
)
def test_a_path_arrives_in_one_form(echoing: Echoing, sent: str, arrives: str):
    edge, upstream = echoing

    assert 200 == _spoken(edge, f"GET {sent} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n".encode())
    assert arrives == upstream.asked[-1]


SPOOFED = {
    "x-pcf-tenant": "other",
    "X-Pcf-Actor": "admin",
    "x-pcf-request-id": "r",
    "x-pcf-anything-new": "a",
    "x-forwarded-host": "evil",
    "x-forwarded-prefix": "/evil",
    "x-real-ip": "10.0.0.1",
    "forwarded": "for=10.0.0.1",
    "x-original-url": "/admin",
    "x-rewrite-url": "/admin",
    "proxy": "http://evil",
    "x-forwarded-client-cert": "By=spiffe://evil",
    "x-envoy-retry-on": "5xx",
    "x-envoy-upstream-rq-timeout-ms": "1",
    "x-envoy-original-path": "/admin",
}


def test_what_only_we_may_say_is_taken_from_requests(browser: httpx.Client):
    spoofed = {**SPOOFED, "x-forwarded-for": "10.0.0.1", "x-forwarded-proto": "http"}
    arrived = browser.get("/", headers=spoofed).json()["headers"]

    assert not {name.lower() for name in SPOOFED} & set(arrived)
    # Envoy writes the machine's own address for clients on loopback: one address, and not the client's word.
    assert not {",", "10.0.0.1"} & {*arrived["x-forwarded-for"], arrived["x-forwarded-for"]}
    assert "https" == arrived["x-forwarded-proto"]


def test_a_request_keeps_the_id_its_client_gave_it(browser: httpx.Client):
    arrived = [browser.get("/", headers=headers).json()["headers"] for headers in ({"x-request-id": "mine-1"}, {})]

    assert "mine-1" == arrived[0]["x-request-id"]
    assert 36 == len(arrived[1]["x-request-id"])


def test_headers_of_one_hop_do_no_harm(echoing: Echoing):
    edge, upstream = echoing
    hops = b"TE: gzip\r\nKeep-Alive: 5\r\nProxy-Connection: close\r\nConnection: close\r\n"
    sent = b"GET /hop HTTP/1.1\r\nHost: a\r\n" + hops + b"\r\n"

    assert 200 == _spoken(edge, sent)
    assert "/hop" == upstream.asked[-1]


@pytest.mark.parametrize("told", [True, False])
def test_a_body_over_64_kib_is_refused_and_one_of_64_kib_is_not(browser: httpx.Client, echoing: Echoing, told: bool):
    statuses = []
    for size in (65_536, 65_537):
        content = b"a" * size
        statuses.append(browser.post("/body", content=content if told else iter([content])).status_code)

    assert [200, 413] == statuses


def test_a_refusal_is_a_problem_as_the_gateways_are(browser: httpx.Client):
    refusal = browser.post("/", content=b"a" * 70_000, headers={"x-request-id": "mine-2"})
    problem = refusal.json()

    assert "application/problem+json" == refusal.headers["content-type"]
    assert (413, "/requests/mine-2") == (problem["status"], problem["instance"])
    assert problem == Problem(**{**problem, "user_message": problem["userMessage"]}).model_dump(by_alias=True)


def test_more_than_the_rate_is_refused_and_told_when_to_come_back(limited: Edge):
    with httpx.Client(base_url=limited.url, http2=True, verify=limited.trusting, trust_env=False) as client:
        answers = [client.get("/")]
        while answers[-1].status_code == 200 and len(answers) < 1_500:
            answers.append(client.get("/"))
    refused = answers[-1]

    assert (429, len(answers) > 200) == (refused.status_code, True)
    assert "200" == answers[0].headers["x-ratelimit-limit"].partition(",")[0]
    assert ("0", "1") == (refused.headers["x-ratelimit-remaining"], refused.headers["retry-after"])


def test_the_log_tells_who_and_what_but_no_secret(browser: httpx.Client, echoing: Echoing, until: Any):
    browser.get("/v1/logged?token=hunter2", headers={"user-agent": "tester", "authorization": "Bearer hunter3"})
    edge, _ = echoing
    found = until(lambda: [line for line in edge.lines() if line.get("url.path") == "/v1/logged"], what="a log line")

    assert ("GET", 200, "127.0.0.1", "tester", "HTTP/2") == tuple(
        found[0][name]
        for name in (
            "http.request.method",
            "http.response.status_code",
            "client.ip",
            "user_agent.original",
            "http.version",
        )
    )
    assert "hunter" not in edge.log.read_text()


@pytest.mark.filterwarnings("ignore:ssl.TLSVersion.TLSv1_1")
@pytest.mark.parametrize(("version", "speaks"), [("TLSv1_1", False), ("TLSv1_2", True), ("TLSv1_3", True)])
def test_old_versions_of_tls_are_not_spoken(echoing: Echoing, version: str, speaks: bool):
    edge, _ = echoing
    context = edge.trusting
    context.set_ciphers("DEFAULT:@SECLEVEL=0")  # or our own side would refuse
    context.minimum_version = context.maximum_version = ssl.TLSVersion[version]

    assert _shakes_hands(edge, context) is speaks


def _shakes_hands(edge: Edge, context: ssl.SSLContext) -> bool:
    with socket.create_connection(("127.0.0.1", edge.port), timeout=20) as connection:
        try:
            context.wrap_socket(connection, server_hostname="localhost").close()
        except ssl.SSLError:
            return False
    return True
