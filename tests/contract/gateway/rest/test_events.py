"""A build followed live: resumable, with a heartbeat, and with an end."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest


async def start(http: httpx.AsyncClient, prompt: str) -> str:
    place: str = (await http.post("/v1/builds", json={"prompt": prompt})).headers["Location"]
    return place


async def frames(response: httpx.Response) -> AsyncIterator[dict[str, str]]:
    """The fields of each block of the stream; a comment has the empty name."""
    block: dict[str, str] = {}
    async for line in response.aiter_lines():
        if line:
            name, _, value = line.partition(": ")
            block[name.rstrip(":")] = value
        elif block:
            yield block
            block = {}


async def read(http: httpx.AsyncClient, url: str, **kwargs: Any) -> list[dict[str, str]]:
    async with http.stream("GET", url, **kwargs) as response:
        assert response.status_code == 200
        return [frame async for frame in frames(response) if "id" in frame]


async def test_every_event_comes_once_and_in_order_and_then_the_stream_ends(http: httpx.AsyncClient):
    place = await start(http, "Star rating")

    events = await read(http, f"{place}/events")

    assert [str(number) for number in range(1, 17)] == [event["id"] for event in events]
    assert ["created", *["stage-started", "stage-succeeded"] * 7, "succeeded"] == [event["event"] for event in events]


async def test_an_event_tells_what_happened_as_json(http: httpx.AsyncClient):
    place = await start(http, "Star rating")

    third = (await read(http, f"{place}/events"))[2]

    assert json.loads(third["data"]) == {
        "build_id": place.rpartition("/")[2],
        "sequence": 3,
        "type": "stage-succeeded",
        "event_time": "2026-05-01T12:00:03.123456Z",
        "state": "running",
        "stage": "intent-interpretation",
        "stage_index": 1,
        "stage_count": 7,
        "message": "Stage succeeded.",
        "duration_ms": 1.5,
    }


async def test_the_stream_is_an_event_stream_that_no_proxy_keeps(http: httpx.AsyncClient):
    place = await start(http, "Star rating")

    response = await http.get(f"{place}/events")

    assert response.headers["Content-Type"] == "text/event-stream; charset=utf-8"
    assert response.headers["Cache-Control"] == "no-store"
    assert response.headers["X-Accel-Buffering"] == "no"
    assert response.text.startswith("retry: 1000\n\n")


@pytest.mark.parametrize(
    ("headers", "after"), [({"Last-Event-ID": "14"}, ""), ({}, "?after=14"), ({"Last-Event-ID": "14"}, "?after=3")]
)
async def test_a_stream_is_resumed_where_it_was_left(http: httpx.AsyncClient, headers: dict[str, str], after: str):
    place = await start(http, "Star rating")

    events = await read(http, f"{place}/events{after}", headers=headers)

    assert ["15", "16"] == [event["id"] for event in events]


@pytest.mark.parametrize("prompt", ["Star rating", "ask", "fail"])
async def test_nothing_left_to_send_tells_the_browser_to_stop(http: httpx.AsyncClient, prompt: str):
    place = await start(http, prompt)
    last = (await http.get(place)).json()["last_sequence"]

    response = await http.get(f"{place}/events", headers={"Last-Event-ID": str(last)})

    assert (response.status_code, response.content) == (204, b"")


async def test_the_stream_of_a_build_that_asks_ends_with_the_question(http: httpx.AsyncClient):
    place = await start(http, "ask")

    events = await read(http, f"{place}/events")

    assert events[-1]["event"] == "needs-input"


async def test_a_silent_stream_is_kept_open_and_goes_on(http: httpx.AsyncClient, generator: Any):
    place = await start(http, "hold")
    seen = []

    async with http.stream("GET", f"{place}/events") as response:
        async for frame in frames(response):
            seen.append(frame)
            if "" in frame and len(seen) < 6:
                await generator.let_go(place.removeprefix("/v1/"))

    assert {"": "still here"} in seen
    assert seen[-1]["event"] == "succeeded"


async def test_a_client_that_leaves_ends_the_watch(http: httpx.AsyncClient, generator: Any):
    place = await start(http, "hold")
    async with http.stream("GET", f"{place}/events") as response:
        await anext(frames(response))
        assert generator.watchers == 1

    await asyncio.wait_for(generator.unwatched.wait(), 5)
    assert generator.watchers == 0


async def test_an_unknown_build_is_no_stream(http: httpx.AsyncClient):
    response = await http.get(f"/v1/builds/{'9' * 26}/events")

    assert (response.status_code, response.json()["reason"]) == (404, "BUILD_NOT_FOUND")


@pytest.mark.parametrize("value", ["x", "-1", "1.0", "", "1" * 19, "1 2"])
async def test_a_last_event_id_that_was_never_sent_is_refused(http: httpx.AsyncClient, value: str):
    place = await start(http, "Star rating")

    response = await http.get(f"{place}/events", headers={"Last-Event-ID": value})

    assert (response.status_code, response.json()["violations"][0]["field"]) == (400, "Last-Event-ID")
