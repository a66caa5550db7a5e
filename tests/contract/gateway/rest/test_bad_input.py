"""Whatever comes in, what goes out is a problem of the 4xx with its code: never a 5xx, a stack trace or a hang."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from pcf_gateway.bootstrap import Running

JSON = {"Content-Type": "application/json"}
PROMPT = b'{"prompt": "Star rating"'


async def post(http: httpx.AsyncClient, body: bytes, **headers: str) -> dict[str, Any]:
    response = await http.post("/v1/builds", content=body, headers={**JSON, **headers})
    problem: dict[str, Any] = response.json()
    assert response.headers["Content-Type"] == "application/problem+json"
    assert problem["status"] == response.status_code
    return problem


@pytest.mark.parametrize(
    "prompt", ["", " ", "\n\t ", "\u00a0\u3000", "\ufeff", "\u0085", "a\u0000b", "x" * 5001, None, 7, ["x"], True]
)
async def test_a_prompt_that_cannot_be_one_is_a_product_error(http: httpx.AsyncClient, prompt: object):
    response = await http.post("/v1/builds", json={"prompt": prompt})

    problem = response.json()
    assert (response.status_code, problem["code"], problem["stage"]) == (400, "PCF-INT-001", "intent-interpretation")
    assert problem["violations"][0]["field"] == "prompt"


@pytest.mark.parametrize("prompt", ["x", "x" * 5000, "😀" * 5000, " stars ", "line\nline", "\u200b"])
async def test_a_prompt_that_says_something_is_taken(http: httpx.AsyncClient, prompt: str):
    response = await http.post("/v1/builds", json={"prompt": prompt})

    assert response.status_code == 202


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"prompt=x",
        b'{"prompt": NaN}',
        b'{"prompt": "x", "options": {"language": Infinity}}',
        b'{"prompt": "\xff\xfe"}',
        b'{"prompt": "x"}\x00',
        b'\xef\xbb\xbf{"prompt": "x"}',
        b"[" * 60_000,
        b"9" * 10_000,
        b'{"prompt": "a\nb"}',
    ],
)
async def test_what_is_not_json_is_refused(http: httpx.AsyncClient, body: bytes):
    problem = await post(http, body)

    assert (problem["status"], problem["reason"]) == (400, "BAD_JSON")


@pytest.mark.parametrize(
    ("body", "field"),
    [
        (b"[]", "body"),
        (b"null", "body"),
        (b'"Star rating"', "body"),
        (b"{}", "prompt"),
        (PROMPT + b', "colour": "red"}', "colour"),
        (PROMPT + b', "\\ud800": 1}', "body"),
        (PROMPT + b', "options": []}', "options"),
        (PROMPT + b', "options": {"size": 1}}', "options.size"),
        (PROMPT + b', "options": {"namespace": 5}}', "options.namespace"),
        (PROMPT + b', "options": {"namespace": "a\\u0000"}}', "options.namespace"),
        (PROMPT + b', "options": {"publisher_prefix": "mscrmx"}}', "options.publisher_prefix"),
        (PROMPT + b', "options": {"publisher_prefix": "cto\\n"}}', "options.publisher_prefix"),
        (PROMPT + b', "options": {"language": "EN"}}', "options.language"),
        (PROMPT + b', "options": {"publisher_name": "Contoso Ltd"}}', "options.publisher_name"),
        (PROMPT + b', "options": {"publisher_display_name": " \\t"}}', "options.publisher_display_name"),
        (PROMPT + b', "options": {"solution_name": "1st"}}', "options.solution_name"),
        (PROMPT + b', "options": {"version": "1.0"}}', "options.version"),
        (PROMPT + b', "options": {"version": "01.0.0"}}', "options.version"),
        (PROMPT + b', "options": {"previous_version": "1.0.10000"}}', "options.previous_version"),
        (PROMPT + b', "options": {"version": "1.0.0", "previous_version": "1.0.0"}}', "options"),
        (PROMPT + b', "options": {"managed": "yes"}}', "options.managed"),
        (b'{"prompt": "\\ud800"}', "prompt"),
    ],
)
async def test_the_field_that_is_wrong_is_named(http: httpx.AsyncClient, body: bytes, field: str):
    problem = await post(http, body)

    assert (problem["status"], problem["reason"]) == (400, "PCF_INT_001" if field == "prompt" else "INVALID_REQUEST")
    assert field in [violation["field"] for violation in problem["violations"]]


async def test_a_doubled_key_is_the_last_one(http: httpx.AsyncClient):
    response = await http.post("/v1/builds", content=b'{"prompt": "a", "prompt": "b"}', headers=JSON)

    assert (response.status_code, response.json()["prompt"]) == (202, "b")


@pytest.mark.parametrize("kind", ["", "text/plain", "application/xml", "application/json; charset=latin-1", "x"])
async def test_another_content_type_is_refused(http: httpx.AsyncClient, kind: str):
    problem = await post(http, b'{"prompt": "x"}', **{"Content-Type": kind})

    assert (problem["status"], problem["reason"]) == (415, "UNSUPPORTED_MEDIA_TYPE")


async def test_json_may_say_its_charset(http: httpx.AsyncClient):
    headers = {"Content-Type": 'Application/JSON; charset="UTF-8"'}

    response = await http.post("/v1/builds", content=b'{"prompt": "x"}', headers=headers)

    assert response.status_code == 202


async def test_a_body_that_says_it_is_too_long_is_not_read(http: httpx.AsyncClient):
    problem = await post(http, b" " * 65_537)

    assert (problem["status"], problem["reason"]) == (413, "BODY_TOO_LARGE")


async def test_a_body_that_turns_out_too_long_is_refused_while_it_is_read(http: httpx.AsyncClient):
    async def endless() -> AsyncIterator[bytes]:
        for _ in range(100):
            yield b" " * 1000

    response = await http.post("/v1/builds", content=endless(), headers=JSON)

    assert (response.status_code, response.json()["reason"]) == (413, "BODY_TOO_LARGE")


async def test_a_chunked_body_within_the_limit_is_taken(http: httpx.AsyncClient):
    async def pieces() -> AsyncIterator[bytes]:
        yield PROMPT
        yield b"}"

    response = await http.post("/v1/builds", content=pieces(), headers=JSON)

    assert response.status_code == 202


@pytest.mark.parametrize(
    "query",
    [
        "page_size=0",
        "page_size=-1",
        "page_size=1.0",
        "page_size=1_0",
        "page_size=%201",
        "page_size=",
        "page_size=٣",
        "page_size=1&page_size=2",
        "pagesize=1",
        "state=done",
        "state=",
        "state=QUEUED",
        "page_token=" + "x" * 513,
    ],
)
async def test_a_parameter_that_cannot_be_used_is_refused(http: httpx.AsyncClient, query: str):
    response = await http.get(f"/v1/builds?{query}")

    assert (response.status_code, response.json()["reason"]) == (400, "INVALID_REQUEST")
    assert response.json()["violations"][0]["field"] == query.partition("=")[0]


@pytest.mark.parametrize("path", ["/v1/capabilities/toggle", "/v1/brain/release", "/v1/audit/verification", "/healthz"])
async def test_a_read_without_parameters_takes_none(http: httpx.AsyncClient, path: str):
    response = await http.get(f"{path}?verbose=1")

    assert (response.status_code, response.json()["violations"][0]["field"]) == (400, "verbose")


@pytest.mark.parametrize(
    "query",
    [
        "start_time=yesterday",
        "start_time=2026-05-01",
        "start_time=1777636800",
        "start_time=2026-13-01T00:00:00Z",
        "start_time=0001-01-01T00:00:00%2B14:00",
        "end_time=2026-05-01T12:00:00",
        "build=builds/01JB2C3D4E5F6G7H8J9KMNPQRS",
        "type=Build",
        "actor=",
        "actor=a%00b",
    ],
)
async def test_a_filter_that_cannot_be_used_is_refused(http: httpx.AsyncClient, query: str):
    response = await http.get(f"/v1/audit/events?{query}")

    assert (response.status_code, response.json()["reason"]) == (400, "INVALID_REQUEST")


@pytest.mark.parametrize("token", ["x", "AAAA", "%00", "é", "=" * 8])
async def test_a_page_that_is_not_there_is_not_found(http: httpx.AsyncClient, token: str):
    response = await http.get(f"/v1/builds?page_token={token}")

    assert (response.status_code, response.json()["reason"]) == (404, "BAD_PAGE_TOKEN")


@pytest.mark.parametrize("key", ["", "é", "k" * 256, "a\tb"])
async def test_a_key_that_is_no_key_is_refused(http: httpx.AsyncClient, key: str):
    response = await http.post("/v1/builds", json={"prompt": "x"}, headers={"Idempotency-Key": key.encode("latin-1")})

    assert (response.status_code, response.json()["violations"][0]["field"]) == (400, "Idempotency-Key")


@pytest.mark.parametrize(
    "build_id", ["x", "0" * 25, "0" * 27, "i" * 26, f"{'0' * 26}%0A", "%00", "%FF", "..%2f..%2fetc", "' OR 1=1"]
)
async def test_an_id_of_another_shape_is_as_unknown_as_any(http: httpx.AsyncClient, build_id: str):
    response = await http.get(f"/v1/builds/{build_id}")

    assert response.status_code == 404
    assert response.json()["reason"] in {"BUILD_NOT_FOUND", "PATH_NOT_FOUND"}


@pytest.mark.parametrize("action", ["answer", "cancel", "resume"])
async def test_nothing_can_be_done_to_a_build_that_is_not_there(http: httpx.AsyncClient, action: str):
    response = await http.post(f"/v1/builds/{'9' * 26}:{action}", json={"choice_id": "x"})

    assert (response.status_code, response.json()["reason"]) == (404, "BUILD_NOT_FOUND")


@pytest.mark.parametrize(
    "body", [{}, {"choice_id": ""}, {"choice_id": 1}, {"choice_id": "x" * 101}, {"choice_id": "x", "a": 1}]
)
async def test_an_answer_that_is_none_is_refused(http: httpx.AsyncClient, body: object):
    response = await http.post(f"/v1/builds/{'0' * 26}:answer", json=body)

    assert (response.status_code, response.json()["reason"]) == (400, "INVALID_REQUEST")


async def test_what_is_no_http_does_not_hang(gateway: Running):
    reader, writer = await asyncio.open_connection("127.0.0.1", gateway.port)
    writer.write(b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03 hello\r\n\r\n")

    answer = await asyncio.wait_for(reader.read(), 5)

    writer.close()
    assert answer.startswith(b"HTTP/1.1 400 ")


async def test_a_body_that_does_not_come_is_not_waited_for(gateway: Running):
    reader, writer = await asyncio.open_connection("127.0.0.1", gateway.port)
    writer.write(
        b"POST /v1/builds HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
        b"Content-Length: 20\r\nX-Request-Timeout: 1\r\n\r\n{"
    )

    answer = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 5)

    writer.close()
    assert answer.startswith(b"HTTP/1.1 408 ")
