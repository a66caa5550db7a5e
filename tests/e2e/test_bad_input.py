"""Whatever comes in, the answer is a 4xx problem that says what to do: never a 5xx, a stack trace or silence."""

import re
import socket
from typing import Any
from urllib.parse import urlsplit

import pytest

UNKNOWN = "01JB2C3D4E5F6G7H8J9KMNPQRS"
JSON = {"Content-Type": "application/json"}


def check(response: Any, status: int) -> None:
    problem = response.json()
    assert status == response.status_code == problem["status"], response.text
    assert "application/problem+json" == response.headers["content-type"].partition(";")[0]
    assert problem["code"].startswith("PCF-")
    assert problem["userMessage"]
    assert problem["suggestion"]
    assert problem["instance"].endswith(response.headers["x-request-id"])
    assert "Traceback" not in response.text


@pytest.mark.parametrize(
    "prompt",
    ["", " ", "\n\t\r ", "\u00a0\u3000", "a" * 5001, "nul \u0000 inside", None, 5, True, ["a"], {"text": "a"}],
)
def test_a_prompt_that_is_none(server: Any, prompt: object):
    response = server.http.post("/v1/builds", json={"prompt": prompt})

    check(response, 400)
    assert "PCF-INT-001" == response.json()["code"]


def test_the_longest_prompt_is_one(server: Any):
    assert 202 == server.http.post("/v1/builds", json={"prompt": "star rating " + "é" * 4988}).status_code


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"null", 400),
        (b"[]", 400),
        (b"{", 400),
        (b'{"prompt": "a"} x', 400),
        (b'{"prompt": "caf\xe9"}', 400),
        (b'\xff\xfe{"prompt": "a"}', 400),
        (b"\x00\x00", 400),
        (b'{"prompt": NaN}', 400),
        (b'{"prompt": "\\ud800"}', 400),
        (b'{"prompt": "a", "colour": "red"}', 400),
        (b'{"prompt": "a", "options": {"unknown": 1}}', 400),
        (b'{"prompt": "a", "options": {"namespace": 7}}', 400),
        (b'{"prompt": "a", "options": {"publisher_prefix": "mscrm"}}', 400),
        (b'{"prompt": "a", "options": {"language": "../../etc"}}', 400),
        (b"[" * 60_000, 400),
        (b'{"prompt": "' + b"a" * 70_000 + b'"}', 413),
    ],
)
def test_a_body_that_cannot_be_used(server: Any, body: bytes, status: int):
    check(server.http.post("/v1/builds", content=body, headers=JSON), status)


@pytest.mark.parametrize(
    "media_type", ["text/plain", "application/x-www-form-urlencoded", "application/json;charset=x"]
)
def test_a_body_of_another_type(server: Any, media_type: str):
    check(server.http.post("/v1/builds", content=b'{"prompt": "a"}', headers={"Content-Type": media_type}), 415)


@pytest.mark.parametrize("build_id", [UNKNOWN, UNKNOWN.lower(), "1", "x" * 300, "%00", "%ff", "..%2f..", "a b", "✓"])
def test_an_id_that_names_nothing(server: Any, build_id: str):
    check(server.http.get(f"/v1/builds/{build_id}"), 404)
    check(server.http.get(f"/v1/builds/{build_id}/events"), 404)
    check(server.http.get(f"/v1/builds/{build_id}/artifacts/source"), 404)
    check(server.http.post(f"/v1/builds/{build_id}:cancel"), 404)
    check(server.http.post(f"/v1/builds/{build_id}:answer", json={"choice_id": "a"}), 404)


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/v1/nothing", 404),
        ("/v1/capabilities/blockchain", 404),
        ("/v1/capabilities/" + "a" * 300, 404),
        ("/v1/audit/events/" + UNKNOWN, 404),
        ("/v1/builds?page_token=forged", 404),
        ("/v1/builds?page_size=0", 400),
        ("/v1/builds?page_size=1e3", 400),
        ("/v1/builds?state=sleeping", 400),
        ("/v1/builds?unknown=1", 400),
        ("/v1/builds?page_size=1&page_size=2", 400),
        ("/v1/audit/events?start_time=yesterday", 400),
        ("/v1/audit/checkpoint?size=0", 400),
        ("/v1/audit/checkpoint?size=999999999", 404),
        ("/v1/audit/proofs/inclusion", 400),
        ("/v1/audit/proofs/inclusion?event_id=" + UNKNOWN, 404),
        ("/v1/audit/proofs/consistency?first=2&second=1", 400),
        ("/v1/audit/log?first=999999999", 404),
        ("/v1/audit/events?type=%F0%9F%98%80", 400),
        ("/v1/audit/events?actor=%00", 400),
        ("/v1/builds?page_token=" + "a" * 600, 400),
    ],
)
def test_a_query_that_cannot_be_answered(server: Any, path: str, status: int):
    check(server.http.get(path), status)


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("DELETE", "/v1/builds", 405), ("PUT", "/v1/capabilities", 405), ("PATCH", "/readyz", 405)],
)
def test_a_method_that_is_not_there(server: Any, method: str, path: str, status: int):
    response = server.http.request(method, path)

    check(response, status)
    assert response.headers["Allow"]


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Last-Event-ID": "x"}, 400),
        ({"Last-Event-ID": "-1"}, 400),
        ({"Last-Event-ID": "9" * 30}, 400),
        ({"Host": "evil.example"}, 421),
        ({"X-Request-Timeout": "soon"}, 400),
    ],
)
def test_a_header_that_cannot_be_used(server: Any, headers: dict[str, str], status: int):
    check(server.http.get(f"/v1/builds/{UNKNOWN}/events", headers=headers), status)


def test_a_page_of_another_site_changes_nothing(server: Any):
    response = server.http.post("/v1/builds", json={"prompt": "a"}, headers={"Sec-Fetch-Site": "cross-site"})

    check(response, 403)


def test_an_answer_to_what_was_not_asked(server: Any):
    build_id = server.settled(server.start_build("make something"))["id"]

    check(server.http.post(f"/v1/builds/{build_id}:answer", json={"choice_id": "blockchain"}), 409)
    wrong = {"choice_id": "toggle", "question_id": "other"}
    check(server.http.post(f"/v1/builds/{build_id}:answer", json=wrong), 409)
    check(server.http.get(f"/v1/builds/{build_id}/artifacts/source"), 404)


def test_a_range_behind_the_end(server: Any):
    artifact = server.settled(server.start_build("toggle"))["result"]["artifacts"][0]
    response = server.http.get(artifact["href"], headers={"Range": "bytes=99999999-"})

    check(response, 416)
    assert f"bytes */{artifact['size_bytes']}" == response.headers["Content-Range"]


@pytest.mark.parametrize(
    "sent",
    [
        b"nonsense\r\n\r\n",
        b"GET /v1/builds HTTP/1.1\r\nHost: 127.0.0.1\r\nHost: other\r\n\r\n",
        b"POST /v1/builds HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: x\r\n\r\n",
        b"POST /v1/builds HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: -5\r\n\r\n",
        b"GET /v1/builds HTTP/1.1\r\nHost: 127.0.0.1\r\nBad Header\r\n\r\n",
        b"GET /\x00\xff HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
        b"GET /" + b"a" * 100_000 + b" HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
    ],
)
def test_what_is_hardly_http_gets_a_4xx_or_is_hung_up_on(server: Any, sent: bytes):
    address = urlsplit(server.url)
    with socket.create_connection((address.hostname, address.port), timeout=20) as connection:
        connection.sendall(sent)
        connection.shutdown(socket.SHUT_WR)
        answer = received(connection)

    assert answer == b"" or answer.split(b" ")[1].startswith(b"4"), answer[:200]
    assert server.http.get("/readyz").json()["ready"]


def received(connection: socket.socket) -> bytes:
    pieces = []
    try:
        while piece := connection.recv(65_536):
            pieces.append(piece)
    except ConnectionResetError:
        pass
    return b"".join(pieces)


def test_a_chunked_body_without_an_end_is_cut_off_at_the_limit(server: Any):
    def endless() -> Any:
        for _ in range(100):
            yield b'{"prompt": "' + b"a" * 10_000

    response = server.http.post("/v1/builds", content=endless(), headers=JSON)

    check(response, 413)


def test_nothing_of_all_this_was_an_error_of_ours(server: Any):
    counts = re.findall(
        r'^pcf_http_requests_total\{code="(5\d\d)",.*route="(.*)"\} (.*)$',
        server.http.get("/metrics").text,
        re.MULTILINE,
    )

    assert counts, "every series stands at zero from the start"
    assert [] == [each for each in counts if each[2] != "0.0" and each[1] != "/readyz"]
