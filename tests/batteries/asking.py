"""Many requests at once to the product, and what each came to."""

import asyncio
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import httpx

from tests.batteries.operations import Field

__all__ = ["Answer", "ask", "faults_of", "settled"]

_AT_ONCE = 8
_PROBLEM = "application/problem+json"
_MEDIA = (
    "application/json",
    "application/jsonl",
    "application/openapi+json",
    "application/zip",
    "text/event-stream",
    "text/plain",
)


@dataclass(frozen=True, slots=True)
class Answer:
    """To one text in one field; without a response if the text cannot be sent in that place at all."""

    field: Field
    text: str
    response: httpx.Response | None


async def ask(
    http: httpx.AsyncClient, asked: Iterable[tuple[Field, str]], *, known: Callable[[Field], Mapping[str, str]]
) -> list[Answer]:
    """The answers; a field's path names what `known` says there is."""
    answers: list[Answer] = []
    waiting = iter(asked)

    async def go_on() -> None:
        for field, text in waiting:
            answers.append(Answer(field, text, await _sent(http, field, text, known(field))))

    async with asyncio.TaskGroup() as group:
        for _ in range(_AT_ONCE):
            group.create_task(go_on())
    return answers


async def settled(http: httpx.AsyncClient, new_build: object) -> dict[str, Any]:
    """A build that has come to its end or its question."""
    accepted = await http.post("/v1/builds", json=new_build)
    assert accepted.status_code == httpx.codes.ACCEPTED, accepted.text
    path = f"/v1/builds/{accepted.json()['id']}"
    await http.get(f"{path}/events")
    build: dict[str, Any] = (await http.get(path)).json()
    return build


def faults_of(answer: Answer) -> Iterable[str]:
    """What no answer may be, whatever was asked."""
    response = answer.response
    if response is None:
        return
    media = response.headers.get("content-type", "").partition(";")[0]
    if response.status_code >= httpx.codes.INTERNAL_SERVER_ERROR:
        yield f"{response.status_code} is a failure of ours"
    if response.status_code == httpx.codes.TOO_MANY_REQUESTS and "retry-after" not in response.headers:
        yield "429 without Retry-After"
    if response.headers.get("x-content-type-options") != "nosniff":
        yield "a browser may guess what it is"
    if response.status_code >= httpx.codes.BAD_REQUEST:
        yield from _faults_of_problem(response, media)
    elif response.content and media not in _MEDIA:
        yield f"{media} is none of our types"


def _faults_of_problem(response: httpx.Response, media: str) -> Iterable[str]:
    if media != _PROBLEM:
        yield f"{media or 'nothing'} is no problem"
    elif response.content and json.loads(response.content)["status"] != response.status_code:
        yield "the problem says another status"


async def _sent(http: httpx.AsyncClient, field: Field, text: str, known: Mapping[str, str]) -> httpx.Response | None:
    request = field.request(text, known)
    headers: dict[str, str | bytes] = {**request.headers}
    body = {"json": request.json} if request.json is not None else {}
    try:
        return await http.request(request.method, request.url, headers=headers, **body)  # type: ignore[arg-type]
    except httpx.LocalProtocolError:
        return None
