"""`pcf-builder builds …` and `capabilities` against a server."""

import json
from pathlib import Path
from typing import Any

import pytest

Run = Any


def test_builds_are_listed_as_tab_separated_lines(gateway: Any, run: Run):
    built = gateway.build("succeeded", result=gateway.result(), prompt="two\tstars\nplease")
    failed = gateway.build("failed", problem=gateway.failure())
    gateway.on("GET", "/v1/builds", gateway.json({"builds": [built, failed], "next_page_token": None}))

    code, out, _ = run("builds", "list", "--url", gateway.url, "--state", "failed", "-n", "7")

    assert 0 == code
    assert [
        "id\tstate\tcreated\tmade\tprompt",
        f"{gateway.build_id}\tsucceeded\t2026-05-01T12:00:00Z\tStarRating\ttwo stars please",
        f"{gateway.build_id}\tfailed\t2026-05-01T12:00:00Z\tPCF-CAP-001\ta star rating",
    ] == out.splitlines()
    assert ["/v1/builds?state=failed&page_size=7"] == [asked.path for asked in gateway.asked]


def test_all_builds_are_listed_page_by_page(gateway: Any, run: Run):
    one = {"builds": [gateway.build("queued")], "next_page_token": "t"}
    gateway.on("GET", "/v1/builds", gateway.json(one), gateway.json({**one, "next_page_token": None}))

    _, out, _ = run("builds", "list", "--all", "--json", "--url", gateway.url)

    assert {"builds": [gateway.build("queued")] * 2} == json.loads(out)


@pytest.mark.parametrize(
    ("state", "more", "told"),
    [
        ("succeeded", "result", "To get them: pcf-builder builds download"),
        ("failed", "problem", "There is no such kind."),
        ("needs_input", "question", "To answer: pcf-builder builds answer"),
    ],
)
def test_a_build_is_shown_with_what_came_of_it(gateway: Any, run: Run, state: str, more: str, told: str):
    parts = {"result": gateway.result(), "problem": gateway.failure(), "question": gateway.question()}
    gateway.on("GET", "/v1/builds/{id}", gateway.json(gateway.build(state, **{more: parts[more]})))

    code, out, _ = run("builds", "show", gateway.build_id, "--url", gateway.url)

    assert 0 == code
    assert f"State:           {state}" in out
    assert told in out


@pytest.mark.parametrize(("state", "code"), [("succeeded", 0), ("failed", 1), ("cancelled", 1), ("needs_input", 3)])
def test_the_exit_code_of_a_watch_tells_how_the_build_settled(gateway: Any, run: Run, state: str, code: int):
    gateway.will_build(settled=gateway.build(state))

    assert code == run("builds", "watch", gateway.build_id, "--url", gateway.url)[0]


@pytest.mark.parametrize(("verb", "body"), [("cancel", None), ("resume", None), ("answer", {"choice_id": "toggle"})])
def test_a_build_is_moved_on(gateway: Any, run: Run, verb: str, body: Any):
    gateway.on("POST", f"/v1/builds/{{id}}:{verb}", gateway.json(gateway.build("queued")))

    code, out, _ = run("builds", verb, gateway.build_id, *(body or {}).values(), "--json", "--url", gateway.url)

    assert (0, "queued") == (code, json.loads(out)["state"])
    assert [body] == [asked.body for asked in gateway.asked]


def test_what_the_state_does_not_allow_is_exit_code_1(gateway: Any, run: Run):
    gateway.on("POST", "/v1/builds/{id}:cancel", gateway.problem(409, "BUILD_ENDED"))

    code, _, err = run("builds", "cancel", gateway.build_id, "--url", gateway.url)

    assert 1 == code
    assert "It was refused." == err.splitlines()[0]


def test_files_can_be_got_later(gateway: Any, run: Run, tmp_path: Path):
    gateway.will_build()

    assert 0 == run("builds", "download", gateway.build_id, "-o", str(tmp_path), "--url", gateway.url)[0]
    assert gateway.source == (tmp_path / "StarRating-source.zip").read_bytes()


def test_a_build_without_files_has_none_to_get(gateway: Any, run: Run, tmp_path: Path):
    gateway.on("GET", "/v1/builds/{id}", gateway.json(gateway.build("running")))

    code, _, err = run("builds", "download", gateway.build_id, "-o", str(tmp_path), "--url", gateway.url)

    assert 1 == code
    assert f"Build {gateway.build_id} is running: only one that has succeeded has files." == err.strip()


KIND = {
    "id": "star-rating",
    "display_name": "Star rating",
    "description": "Rates with stars.",
    "classification": "input-control",
    "component_name": "StarRating",
    "tags": [],
    "features": [],
    "parameters": [
        {
            "name": "maxStars",
            "description": "How many.",
            "type": "integer",
            "default_value": "5",
            "minimum": 3.0,
            "maximum": 10.0,
            "choices": [],
        }
    ],
    "properties": [],
    "prohibitions": [{"prohibition_id": "external-api", "reason": "No network.", "alternative": "A flow."}],
    "example_prompts": ["a star rating"],
}


def test_kinds_are_listed(gateway: Any, run: Run):
    gateway.on("GET", "/v1/capabilities", gateway.json({"capabilities": [KIND], "next_page_token": None}))

    _, out, _ = run("capabilities", "--url", gateway.url)

    assert ["id\tname\twhat it is", "star-rating\tStar rating\tRates with stars."] == out.splitlines()


def test_a_kind_is_told_in_full(gateway: Any, run: Run):
    gateway.on("GET", "/v1/capabilities/star-rating", gateway.json(KIND))

    _, out, _ = run("capabilities", "star-rating", "--url", gateway.url)

    assert "maxStars\t3 to 10\t5\tHow many." in out
    assert "external-api\tNo network.\tA flow." in out
    assert "Its properties" not in out, "a section without content is left out"


@pytest.mark.parametrize(
    "command",
    [
        ("capabilities",),
        ("capabilities", "star-rating"),
        ("builds", "list"),
        ("builds", "show", "x"),
        ("builds", "cancel", "x"),
        ("builds", "resume", "x"),
        ("builds", "answer", "x", "y"),
        ("audit", "tail"),
        ("audit", "tail", "--follow"),
        ("audit", "verify"),
    ],
)
def test_every_command_says_where_it_looked_for_a_server(run: Run, command: tuple[str, ...]):
    code, out, err = run(*command, "--url", "http://127.0.0.1:1")

    assert (4, "") == (code, out)
    assert "No server answers at http://127.0.0.1:1." == err.splitlines()[0]
