"""Capabilities, the release, and the audit log over HTTP."""

from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

BUILD_ID = "0" * 26


async def test_capabilities_are_listed_in_pages(http: httpx.AsyncClient):
    first = (await http.get("/v1/capabilities", params={"page_size": 4})).json()
    rest = (await http.get("/v1/capabilities", params={"page_token": first["next_page_token"]})).json()

    assert ["choice-buttons", "progress-bar", "slider", "star-rating", "text-input", "toggle"] == [
        capability["id"] for capability in first["capabilities"] + rest["capabilities"]
    ]
    assert rest["next_page_token"] is None


async def test_a_capability_is_shown_whole(http: httpx.AsyncClient):
    capability = (await http.get("/v1/capabilities/star-rating")).json()

    assert capability["component_name"] == "StarRating"
    assert capability["parameters"] == [
        {
            "name": "maxStars",
            "description": "",
            "type": "integer",
            "default_value": "5",
            "minimum": 3.0,
            "maximum": 10.0,
            "choices": [],
        },
        {
            "name": "size",
            "description": "",
            "type": "choice",
            "default_value": "medium",
            "minimum": None,
            "maximum": None,
            "choices": ["small", "medium"],
        },
    ]


async def test_the_release_is_shown(http: httpx.AsyncClient):
    release = (await http.get("/v1/brain/release")).json()

    assert (release["id"], release["load_time"]) == ("0f" * 8, "2026-05-01T12:00:00Z")


async def test_audit_events_are_listed_newest_first(http: httpx.AsyncClient):
    first = (await http.get("/v1/audit/events")).json()

    assert [119, 118, 117] == [event["index"] for event in first["events"][:3]]
    assert len(first["events"]) == 50


async def test_every_filter_reaches_the_log(http: httpx.AsyncClient, audit: Any):
    response = await http.get(
        "/v1/audit/events",
        params={
            "build": BUILD_ID,
            "actor": "anonymous",
            "tenant": "contoso",
            "type": "build.created",
            "start_time": "2026-05-01T14:00:00+02:00",
            "end_time": "2026-05-02T00:00:00Z",
        },
    )

    asked = audit.asked[0]
    assert response.status_code == 200
    assert (asked.build, asked.actor, asked.type) == (f"builds/{BUILD_ID}", "anonymous", "build.created")
    assert asked.tenant == "contoso"
    assert asked.start_time.ToDatetime(UTC) == datetime(2026, 5, 1, 12, tzinfo=UTC)
    assert asked.end_time.ToDatetime(UTC) == datetime(2026, 5, 2, tzinfo=UTC)


async def test_an_audit_event_is_shown_whole(http: httpx.AsyncClient):
    event = (await http.get(f"/v1/audit/events/{1:026d}")).json()

    assert event == {
        "id": f"{1:026d}",
        "type": "build.created",
        "event_time": "2026-05-01T12:00:01Z",
        "actor": "anonymous",
        "tenant": "default",
        "build_id": BUILD_ID,
        "request_id": "r1",
        "outcome": "succeeded",
        "details": {"count": "1"},
        "personal": {"prompt": "stars"},
        "erased": False,
        "index": 1,
        "record_time": "2026-05-01T12:00:01Z",
        "leaf_hash": "cd" * 32,
    }


async def test_a_whole_log_is_verified(http: httpx.AsyncClient):
    verdict = (await http.get("/v1/audit/verification")).json()

    assert verdict == {
        "valid": True,
        "event_count": 120,
        "first_index": 0,
        "root_hash": "cd" * 32,
        "broken_index": None,
        "fault": None,
    }


async def test_a_broken_log_says_where(http: httpx.AsyncClient, audit: Any):
    audit.broken_index = 0

    verdict = (await http.get("/v1/audit/verification")).json()

    assert (verdict["valid"], verdict["broken_index"], verdict["fault"]) == (False, 0, "hash differs")


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("/v1/capabilities/video-player", "CAPABILITY_NOT_FOUND"),
        ("/v1/capabilities/VIDEO", "CAPABILITY_NOT_FOUND"),
        (f"/v1/audit/events/{'9' * 26}", "EVENT_NOT_FOUND"),
        ("/v1/audit/events/latest", "EVENT_NOT_FOUND"),
        ("/v1/capabilities?page_token=x", "BAD_PAGE_TOKEN"),
    ],
)
async def test_what_is_not_there_is_named(http: httpx.AsyncClient, path: str, reason: str):
    response = await http.get(path)

    assert (response.status_code, response.json()["reason"]) == (404, reason)
