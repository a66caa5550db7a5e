"""Builds over HTTP: started, looked at, listed, moved on."""

import httpx
import pytest


async def start(http: httpx.AsyncClient, prompt: str = "Star rating", **headers: str) -> httpx.Response:
    return await http.post("/v1/builds", json={"prompt": prompt}, headers=headers)


async def test_a_build_is_accepted_with_its_place(http: httpx.AsyncClient):
    response = await start(http)

    assert response.status_code == 202
    assert response.headers["Location"] == f"/v1/builds/{response.json()['id']}"
    assert response.json()["state"] == "queued"


async def test_a_build_is_shown_whole(http: httpx.AsyncClient):
    options = {
        "namespace": "Contoso",
        "publisher_prefix": "cto",
        "publisher_name": "Contoso",
        "previous_version": "1.0.9",
        "managed": True,
    }
    started = await http.post("/v1/builds", json={"prompt": "Star rating", "options": options})

    build = (await http.get(started.headers["Location"])).json()

    assert build == {
        "id": started.json()["id"],
        "prompt": "Star rating",
        "options": {
            "component_name": None,
            "namespace": "Contoso",
            "publisher_prefix": "cto",
            "display_name": None,
            "description": None,
            "language": None,
            "publisher_name": "Contoso",
            "publisher_display_name": None,
            "solution_name": None,
            "version": None,
            "previous_version": "1.0.9",
            "managed": True,
        },
        "state": "succeeded",
        "stage": "packaging",
        "question": None,
        "answers": [],
        "problem": None,
        "result": build["result"],
        "brain_release": None,
        "last_sequence": 16,
        "create_time": "2026-05-01T12:00:00.123456Z",
        "update_time": "2026-05-01T12:00:16.123456Z",
        "end_time": "2026-05-01T12:00:16.123456Z",
    }


async def test_a_result_names_its_findings_and_its_files(http: httpx.AsyncClient):
    build = (await http.get((await start(http)).headers["Location"])).json()

    assert [("PCF_A11Y_005", "warning", "noted")] == [
        (finding["rule_id"], finding["severity"], finding["action"]) for finding in build["result"]["findings"]
    ]
    assert {
        "kind": "source",
        "filename": "StarRating-source.zip",
        "media_type": "application/zip",
        "sha256": "5e" * 32,
        "size_bytes": 262_144,
        "href": f"/v1/builds/{build['id']}/artifacts/source",
    } == build["result"]["artifacts"][0]


async def test_a_failure_is_told_in_the_words_of_the_product(http: httpx.AsyncClient):
    build = (await http.get((await start(http, "fail")).headers["Location"])).json()

    assert build["state"] == "failed"
    assert build["problem"] == {
        "code": "PCF-CAP-001",
        "stage": "capability-matching",
        "message": "no capability fits",
        "userMessage": "There is no such kind of control.",
        "suggestion": "Ask for one of these.",
        "alternatives": ["star-rating", "slider"],
        "details": {"nearest": "star-rating"},
    }


async def test_a_question_is_shown_and_answered(http: httpx.AsyncClient):
    place = (await start(http, "ask")).headers["Location"]
    question = (await http.get(place)).json()["question"]

    answered = await http.post(f"{place}:answer", json={"choice_id": question["choices"][0]["choice_id"]})

    assert answered.status_code == 200
    assert answered.json()["answers"] == [{"question_id": "q1", "choice_id": "read-only"}]
    assert (await http.get(place)).json()["state"] == "succeeded"


async def test_a_running_build_is_cancelled_and_resumed(http: httpx.AsyncClient):
    place = (await start(http, "hold")).headers["Location"]

    cancelled = await http.post(f"{place}:cancel")
    resumed = await http.post(f"{place}:resume")

    assert (cancelled.status_code, cancelled.json()["state"]) == (200, "cancelled")
    assert (resumed.status_code, resumed.json()["state"]) == (200, "queued")


@pytest.mark.parametrize(
    ("prompt", "action", "body", "reason"),
    [
        ("done", "cancel", None, "BUILD_ENDED"),
        ("done", "resume", None, "BUILD_NOT_RESUMABLE"),
        ("done", "answer", {"choice_id": "x"}, "NO_OPEN_QUESTION"),
        ("ask", "answer", {"choice_id": "x"}, "UNKNOWN_CHOICE"),
        ("ask", "answer", {"choice_id": "editable", "question_id": "q9"}, "WRONG_QUESTION"),
    ],
)
async def test_what_the_state_does_not_allow_is_a_conflict(
    http: httpx.AsyncClient, prompt: str, action: str, body: object, reason: str
):
    place = (await start(http, prompt)).headers["Location"]

    response = await http.post(f"{place}:{action}", json=body)

    assert (response.status_code, response.json()["reason"]) == (409, reason)


async def test_the_second_answer_is_a_conflict(http: httpx.AsyncClient):
    place = (await start(http, "ask")).headers["Location"]
    answer = {"choice_id": "editable", "question_id": "q1"}
    await http.post(f"{place}:answer", json=answer)

    second = await http.post(f"{place}:answer", json=answer)

    assert (second.status_code, second.json()["reason"]) == (409, "NO_OPEN_QUESTION")


async def test_the_same_key_and_content_give_the_same_build(http: httpx.AsyncClient):
    first = await start(http, **{"Idempotency-Key": "order-4711"})

    second = await start(http, **{"Idempotency-Key": "order-4711"})

    assert (second.status_code, second.json()["id"]) == (202, first.json()["id"])


async def test_the_same_key_with_other_content_is_a_conflict(http: httpx.AsyncClient):
    await start(http, **{"Idempotency-Key": "order-4711"})

    second = await start(http, "Slider", **{"Idempotency-Key": "order-4711"})

    assert (second.status_code, second.json()["reason"]) == (409, "REQUEST_ID_REUSED")


async def test_without_a_key_every_build_is_new(http: httpx.AsyncClient):
    assert (await start(http)).json()["id"] != (await start(http)).json()["id"]


async def test_builds_are_listed_in_pages_newest_first(http: httpx.AsyncClient):
    ids = [(await start(http)).json()["id"] for _ in range(3)]

    first = (await http.get("/v1/builds", params={"page_size": 2})).json()
    rest = (await http.get("/v1/builds", params={"page_size": 2, "page_token": first["next_page_token"]})).json()

    assert ids[::-1] == [build["id"] for build in first["builds"] + rest["builds"]]
    assert rest["next_page_token"] is None


async def test_builds_are_listed_by_state(http: httpx.AsyncClient):
    await start(http)
    failed = (await start(http, "fail")).json()["id"]

    listed = (await http.get("/v1/builds", params={"state": "failed"})).json()["builds"]

    assert [failed] == [build["id"] for build in listed]


async def test_a_page_size_of_any_length_is_the_largest(http: httpx.AsyncClient):
    response = await http.get("/v1/builds", params={"page_size": "9" * 30})

    assert response.status_code == 200
