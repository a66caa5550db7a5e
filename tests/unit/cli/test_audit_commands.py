"""`pcf-builder audit …` against a server."""

import asyncio
import json
from typing import Any

import pytest
from pcf_cli.jobs import audit

Run = Any
PATH = "/v1/audit/events"


def event(index: int) -> dict[str, Any]:
    return {
        "id": f"01JB2C3D4E5F6G7H8J9KMNPQ{index:02}",
        "type": "build.created",
        "event_time": "2026-05-01T12:00:00Z",
        "actor": "anonymous",
        "build_id": None,
        "request_id": "r",
        "outcome": "succeeded",
        "details": {"a": "1", "b": "2"},
        "index": index,
    }


def page(gateway: Any, *indices: int, token: str | None = None) -> Any:
    return gateway.json({"events": [event(index) for index in indices], "next_page_token": token})


def line(index: int) -> str:
    return f"{index}\t2026-05-01T12:00:00Z\tbuild.created\tsucceeded\tanonymous\t\ta=1 b=2"


def test_the_last_events_come_oldest_first(gateway: Any, run: Run):
    gateway.on("GET", PATH, page(gateway, 9, 8))

    code, out, _ = run("audit", "tail", "-n", "2", "--url", gateway.url)

    assert 0 == code
    assert ["index\ttime\ttype\toutcome\tactor\tbuild\tdetails", line(8), line(9)] == out.splitlines()


def test_filters_are_asked_of_the_server(gateway: Any, run: Run):
    gateway.on("GET", PATH, page(gateway))

    run("audit", "tail", "--build", "B", "--type", "t.u", "--actor", "me & you", "--all", "--url", gateway.url)

    assert [f"{PATH}?build=B&type=t.u&actor=me+%26+you&page_size=200"] == [asked.path for asked in gateway.asked]


def test_json_holds_the_events_as_they_are(gateway: Any, run: Run):
    gateway.on("GET", PATH, page(gateway, 1))

    assert {"events": [event(1)]} == json.loads(run("audit", "tail", "--json", "--url", gateway.url)[1])


async def test_following_shows_each_new_event_once_until_it_is_interrupted(
    gateway: Any, capsys: pytest.CaptureFixture[str]
):
    newer = [page(gateway, 4, 3, token="older"), page(gateway, 2, 1), page(gateway, 4, 3)]
    gateway.on("GET", PATH, page(gateway, 2, 1), *newer)
    looks = iter([None, None])

    async def pause(seconds: float) -> None:
        if next(looks, "interrupted"):
            raise asyncio.CancelledError

    await audit.follow(gateway.url, {}, limit=20, as_json=False, pause=pause)

    assert [line(1), line(2), line(3), line(4)] == capsys.readouterr().out.splitlines()


@pytest.mark.parametrize(("valid", "code"), [(True, 0), (False, 1)])
def test_the_exit_code_tells_whether_the_log_holds(gateway: Any, run: Run, *, valid: bool, code: int):
    broken = {} if valid else {"broken_index": 3, "fault": "the hash differs"}
    found = {"valid": valid, "event_count": 1234, "first_index": 0, "root_hash": "ab" * 32}
    found |= {"broken_index": None, "fault": None, **broken}
    gateway.on("GET", "/v1/audit/verification", gateway.json(found))

    assert code == run("audit", "verify", "--url", gateway.url)[0]
    assert found == json.loads(run("audit", "verify", "--json", "--url", gateway.url)[1])
