"""The main job over HTTP alone, as `curl` would do it."""

import hashlib
import io
import json
import zipfile
from typing import Any

import pytest

PROMPT = "I need a 5-star rating control for product reviews"


def test_a_prompt_becomes_a_project(server: Any):
    accepted = server.http.post("/v1/builds", json={"prompt": PROMPT})
    build = server.settled(accepted.json()["id"])
    source, report = build["result"]["artifacts"]
    content = server.http.get(source["href"]).content

    assert (202, f"/v1/builds/{build['id']}") == (accepted.status_code, accepted.headers["Location"])
    assert "succeeded" == build["state"]
    assert ("StarRating-source.zip", "StarRating-report.json") == (source["filename"], report["filename"])
    assert (source["size_bytes"], source["sha256"]) == (len(content), hashlib.sha256(content).hexdigest())
    names = set(zipfile.ZipFile(io.BytesIO(content)).namelist())
    assert names >= {"StarRating/ControlManifest.Input.xml", "StarRating/index.ts", "package.json", "README.md"}
    assert PROMPT == server.http.get(report["href"]).json()["prompt"]


def test_the_events_tell_the_seven_stages_in_order(server: Any, stages: Any):
    events = list(server.events(server.start_build(PROMPT)))

    assert list(range(1, len(events) + 1)) == [event["sequence"] for event in events]
    assert list(stages) == [event["stage"] for event in events if event["type"] == "stage-succeeded"]
    assert ("created", "succeeded") == (events[0]["type"], events[-1]["type"])


def test_the_same_prompt_gives_the_same_bytes(server: Any):
    prompt = "Create a 3-star rating control"
    hashes = [
        [artifact["sha256"] for artifact in server.settled(server.start_build(prompt))["result"]["artifacts"]]
        for _ in range(2)
    ]

    assert hashes[0] == hashes[1]


def test_a_file_is_known_by_its_hash_and_comes_in_parts(server: Any):
    artifact = server.settled(server.start_build(PROMPT))["result"]["artifacts"][0]
    whole = server.http.get(artifact["href"])
    part = server.http.get(artifact["href"], headers={"Range": "bytes=10-19"})
    known = server.http.get(artifact["href"], headers={"If-None-Match": whole.headers["ETag"]})

    assert f'"{artifact["sha256"]}"' == whole.headers["ETag"]
    assert (206, whole.content[10:20]) == (part.status_code, part.content)
    assert (304, b"") == (known.status_code, known.content)


def test_the_audit_trail_is_whole_and_holds(server: Any, until: Any, whole_trail: Any):
    build = server.settled(server.start_build(PROMPT, namespace="Audited"))
    downloaded = server.http.get(build["result"]["artifacts"][0]["href"])

    def events() -> Any:
        """the download stands in the log"""
        trail = server.trail(build=build["id"])
        return trail if any(event["type"] == "artifact.downloaded" for event in trail) else None

    trail = until(events)
    whole_trail(trail)
    (download,) = [event for event in trail if event["type"] == "artifact.downloaded"]
    assert hashlib.sha256(downloaded.content).hexdigest() == download["details"]["sha256"]
    assert server.http.get("/v1/audit/verification").json()["valid"]


def test_a_request_carries_its_id_into_the_audit_log(server: Any, until: Any):
    created = server.http.post("/v1/builds", json={"prompt": PROMPT}, headers={"X-Request-ID": "e2e-request-1"})
    build_id = created.json()["id"]
    (event,) = until(lambda: server.trail(build=build_id, type="build.created"))

    assert "e2e-request-1" == created.headers["X-Request-ID"] == event["request_id"]


def test_a_question_is_asked_and_the_answer_goes_on(server: Any):
    build = server.settled(server.start_build("Read-only editable rating control"))
    question = build["question"]
    assert ("needs_input", "PCF-INT-003") == (build["state"], question["code"])

    answer = {"question_id": question["question_id"], "choice_id": question["choices"][0]["choice_id"]}
    answered = server.http.post(f"/v1/builds/{build['id']}:answer", json=answer)
    again = server.http.post(f"/v1/builds/{build['id']}:answer", json=answer)

    assert 200 == answered.status_code
    assert 409 == again.status_code
    assert "succeeded" == server.settled(build["id"])["state"]


def test_a_key_makes_a_request_safe_to_repeat(server: Any):
    def post(prompt: str) -> Any:
        return server.http.post("/v1/builds", json={"prompt": prompt}, headers={"Idempotency-Key": "e2e-key"})

    first, same, other = post(PROMPT), post(PROMPT), post("something else")

    assert first.json()["id"] == same.json()["id"]
    assert (409, "REQUEST_ID_REUSED") == (other.status_code, other.json()["reason"])


def test_a_build_that_ended_can_be_moved_no_further(server: Any):
    build = server.settled(server.start_build(PROMPT))

    for verb, reason in (("cancel", "BUILD_ENDED"), ("resume", "BUILD_NOT_RESUMABLE")):
        refused = server.http.post(f"/v1/builds/{build['id']}:{verb}")
        assert (409, reason) == (refused.status_code, refused.json()["reason"])


def test_every_kind_can_be_built_from_its_first_example(server: Any):
    kinds = server.http.get("/v1/capabilities").json()["capabilities"]
    built = {kind["id"]: server.settled(server.start_build(kind["example_prompts"][0])) for kind in kinds}

    assert {kind["id"]: kind["id"] for kind in kinds} == {
        name: build["result"] and build["result"]["capability_id"] for name, build in built.items()
    }


@pytest.mark.parametrize("after", [0, 1, 5])
def test_a_stream_is_resumed_behind_the_event_last_seen(server: Any, after: int):
    build_id = server.start_build(PROMPT)
    events = list(server.events(build_id))

    assert events[after:] == list(server.events(build_id, after=after))


def test_a_stream_that_was_read_to_its_end_has_nothing_more(server: Any):
    build_id = server.start_build(PROMPT)
    last = list(server.events(build_id))[-1]["sequence"]

    ended = server.http.get(f"/v1/builds/{build_id}/events", headers={"Last-Event-ID": str(last)})

    assert (204, b"") == (ended.status_code, ended.content)


def test_the_document_of_the_api_is_served(server: Any):
    document = server.http.get("/openapi.json")

    assert "3.1.0" == json.loads(document.content)["openapi"]
    assert 200 == server.http.get("/docs").status_code
