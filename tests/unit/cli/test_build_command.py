"""`pcf-builder build` against a server."""

import io
import json
import sys
from pathlib import Path
from typing import Any

import pytest

Run = Any


def build(run: Run, gateway: Any, out: Path, *more: str) -> tuple[int, str, str]:
    result: tuple[int, str, str] = run("build", "a star rating", "--url", gateway.url, "-o", str(out), *more)
    return result


def test_both_files_are_written_and_told(gateway: Any, run: Run, tmp_path: Path):
    gateway.will_build()

    code, out, _ = build(run, gateway, tmp_path / "new")

    assert 0 == code
    assert gateway.source == (tmp_path / "new/StarRating-source.zip").read_bytes()
    assert gateway.report == (tmp_path / "new/StarRating-report.json").read_bytes()
    assert "PcfBuilder.StarRating is built (star-rating)." == out.splitlines()[0]
    assert "Not understood, and left out: sparkles" in out
    assert f"  cd {tmp_path}/new/StarRating && npm install && npm run build" == out.splitlines()[-1]


def test_the_prompt_and_the_options_are_sent_as_given(gateway: Any, run: Run, tmp_path: Path):
    gateway.will_build()
    names = ("--name", "Stars", "--namespace", "Contoso", "--prefix", "cto")

    publisher = ("--publisher", "Contoso", "--publisher-display-name", "Contoso Ltd", "--solution", "Parts")
    texts = ("--display-name", "Ä", "--description", "Rates.")

    build(run, gateway, tmp_path, *names, *texts, *publisher, "--replaces", "1.0.0", "--managed")

    (sent,) = gateway.requests("POST", "/v1/builds")
    assert {
        "prompt": "a star rating",
        "options": {
            "component_name": "Stars",
            "namespace": "Contoso",
            "publisher_prefix": "cto",
            "display_name": "Ä",
            "description": "Rates.",
            "publisher_name": "Contoso",
            "publisher_display_name": "Contoso Ltd",
            "solution_name": "Parts",
            "previous_version": "1.0.0",
            "managed": True,
        },
    } == sent.body


def test_findings_are_told_by_what_was_done(gateway: Any, run: Run, tmp_path: Path):
    def finding(action: str, severity: str) -> dict[str, str]:
        message, suggestion = f"{action} {severity} message", f"{action} {severity} advice"
        return {
            "rule_id": "PCF_X_001",
            "action": action,
            "severity": severity,
            "message": message,
            "suggestion": suggestion,
        }

    kinds = [("downgraded", "warning"), ("fixed", "info"), ("noted", "warning"), ("noted", "info")]
    gateway.will_build(findings=[finding(*kind) for kind in kinds])

    _, out, _ = build(run, gateway, tmp_path)

    changed, looked_at = out.partition("Changed from what you asked for:")[2].split("Look at:")
    assert "downgraded · PCF_X_001: downgraded warning message\n      downgraded warning advice" in changed
    assert "fixed · PCF_X_001: fixed info message" in changed
    assert "noted · PCF_X_001: noted warning message" in looked_at
    assert "noted info" not in out


def test_without_a_terminal_progress_is_plain_lines_on_stderr(gateway: Any, run: Run, tmp_path: Path):
    done = gateway.event(3, "stage-succeeded", message="Read\x1b[2J it.")
    gateway.will_build(gateway.stream(gateway.event(1, "created"), gateway.event(2, "stage-started"), done))

    _, _, err = build(run, gateway, tmp_path)

    assert [
        f"Build {gateway.build_id} is queued at {gateway.url}.",
        "1/7  Read the prompt               12 ms  Read�[2J it.",
    ] == err.splitlines()


def test_json_is_one_document_and_nothing_else(gateway: Any, run: Run, tmp_path: Path):
    gateway.will_build()

    code, out, err = build(run, gateway, tmp_path, "--json")

    document = json.loads(out)
    assert (0, "") == (code, err)
    assert ("built", 0) == (document["outcome"], document["exit_code"])
    assert gateway.build_id == document["build"]["id"]
    assert ["sparkles"] == document["not_understood"]
    assert [str(tmp_path / "StarRating-source.zip"), str(tmp_path / "StarRating-report.json")] == [
        file["path"] for file in document["files"]
    ]


def test_no_report_writes_the_source_alone(gateway: Any, run: Run, tmp_path: Path):
    gateway.will_build()

    build(run, gateway, tmp_path, "--no-report")

    assert ["StarRating-source.zip"] == [path.name for path in tmp_path.iterdir()]


def test_a_failed_build_is_told_with_its_codes(gateway: Any, run: Run, tmp_path: Path):
    gateway.will_build(settled=gateway.build("failed", problem=gateway.failure()))

    code, out, err = build(run, gateway, tmp_path)

    assert (1, "") == (code, out)
    assert [
        "There is no such kind.",
        "  What to do: Ask for another.",
        "  Instead:    star-rating",
        "  code PCF-CAP-001 · rule PCF_RULE_001 · stage capability-matching · request request-1",
    ] == err.splitlines()[-4:]
    assert [] == list(tmp_path.iterdir())


def test_a_failed_build_in_json_holds_the_build(gateway: Any, run: Run, tmp_path: Path):
    gateway.will_build(settled=gateway.build("failed", problem=gateway.failure()))

    code, out, _ = build(run, gateway, tmp_path, "--json")

    document = json.loads(out)
    assert (1, 1, "failed") == (code, document["exit_code"], document["outcome"])
    assert "PCF-CAP-001" == document["build"]["problem"]["code"]


def test_a_question_without_an_answer_tells_how_to_answer(gateway: Any, run: Run, tmp_path: Path):
    gateway.will_build(settled=gateway.build("needs_input", question=gateway.question()))

    code, _, err = build(run, gateway, tmp_path)

    assert 3 == code
    assert [
        "Which kind?",
        "  star-rating          Star rating",
        "  toggle               Toggle",
        "Answer it with one of them:",
        "  pcf-builder build 'a star rating' --answer kind=star-rating",
        f"  pcf-builder builds answer {gateway.build_id} star-rating --url {gateway.url}",
    ] == err.splitlines()[-6:]


def test_an_answer_given_beforehand_is_sent_and_the_build_goes_on(gateway: Any, run: Run, tmp_path: Path):
    asks = gateway.stream(gateway.event(1, "created"), gateway.event(3, "needs-input"))
    gateway.will_build(asks, gateway.stream(gateway.event(5, "succeeded")))
    asking = gateway.build("needs_input", question=gateway.question())
    built = gateway.build("succeeded", result=gateway.result(), last_sequence=5)
    gateway.on("GET", "/v1/builds/{id}", gateway.json(asking), gateway.json(built))
    gateway.on("POST", "/v1/builds/{id}:answer", gateway.json(gateway.build("queued")))

    code, _, _ = build(run, gateway, tmp_path, "--answer", "kind=toggle")

    assert 0 == code
    (answered,) = gateway.requests("POST", "/v1/builds/{id}:answer")
    assert {"question_id": "kind", "choice_id": "toggle"} == answered.body


def test_an_answer_that_is_no_choice_is_told_and_not_sent(gateway: Any, run: Run, tmp_path: Path):
    gateway.will_build(settled=gateway.build("needs_input", question=gateway.question()))

    code, _, err = build(run, gateway, tmp_path, "--answer", "kind=blockchain")

    assert 3 == code
    assert "--answer kind=blockchain is none of the choices:" in err
    assert [] == gateway.requests("POST", "/v1/builds/{id}:answer")


def test_a_refused_request_is_exit_code_1(gateway: Any, run: Run, tmp_path: Path):
    gateway.on("POST", "/v1/builds", gateway.problem(400, "INVALID_REQUEST"))

    assert 1 == build(run, gateway, tmp_path)[0]


@pytest.mark.parametrize(
    "more", [("--answer", "kind"), ("--timeout", "0"), ("--timeout", "x"), ("--unknown",), ("another",)]
)
def test_a_command_line_that_cannot_be_used_is_exit_code_2(gateway: Any, run: Run, tmp_path: Path, more: Any):
    assert 2 == build(run, gateway, tmp_path, *more)[0]
    assert [] == gateway.asked


def test_in_json_a_command_line_that_cannot_be_used_is_a_document_too(gateway: Any, run: Run, tmp_path: Path):
    code, out, err = build(run, gateway, tmp_path, "--answer", "kind", "--json")

    assert (2, "") == (code, err)
    assert "wrong_usage" == json.loads(out)["outcome"]


def test_a_folder_that_cannot_be_is_exit_code_2_before_anything_is_built(gateway: Any, run: Run, tmp_path: Path):
    (tmp_path / "file").touch()

    code, _, err = build(run, gateway, tmp_path / "file/out")

    assert 2 == code
    assert "Files cannot be written to" in err
    assert [] == gateway.asked


def test_no_server_is_exit_code_4(run: Run, tmp_path: Path):
    code, _, err = run("build", "x", "--url", "http://127.0.0.1:1", "-o", str(tmp_path))

    assert 4 == code
    assert "No server answers at http://127.0.0.1:1." == err.splitlines()[0]


def test_too_long_is_exit_code_5_and_the_build_is_cancelled(gateway: Any, run: Run, tmp_path: Path):
    gateway.will_build(gateway.stream(gateway.event(1, "created"), held=True))
    gateway.on("POST", "/v1/builds/{id}:cancel", gateway.json(gateway.build("cancelled")))

    code, _, err = build(run, gateway, tmp_path, "--timeout", "0.3")

    assert 5 == code
    assert 1 == len(gateway.requests("POST", "/v1/builds/{id}:cancel"))
    assert [
        f"It took longer than 0.3 s: build {gateway.build_id} is cancelled.",
        f"  To go on with it: pcf-builder builds resume {gateway.build_id} --url {gateway.url}",
    ] == err.splitlines()[-2:]


def test_too_long_for_a_build_that_ended_just_then_says_so(gateway: Any, run: Run, tmp_path: Path):
    gateway.will_build(gateway.stream(held=True))
    gateway.on("POST", "/v1/builds/{id}:cancel", gateway.problem(409, "BUILD_ENDED"))

    code, out, _ = build(run, gateway, tmp_path, "--timeout", "0.3", "--json")

    document = json.loads(out)
    assert (5, "gave_up") == (code, document["outcome"])
    assert f"It took longer than 0.3 s: build {gateway.build_id} had ended already." == document["message"]


def test_a_damaged_download_is_refused_and_nothing_written(gateway: Any, run: Run, tmp_path: Path):
    gateway.will_build()
    gateway.on("GET", "/v1/builds/{id}/artifacts/source", gateway.raw(b"PK damaged"))

    code, _, err = build(run, gateway, tmp_path)

    assert 1 == code
    assert "StarRating-source.zip arrived damaged" in err
    assert [] == list(tmp_path.iterdir())


def test_a_prompt_can_come_from_standard_input(gateway: Any, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    gateway.will_build()
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO("fünf Sterne\n".encode())))

    assert 0 == run("build", "-", "--url", gateway.url, "-o", str(tmp_path))[0]
    assert "fünf Sterne" == gateway.requests("POST", "/v1/builds")[0].body["prompt"]


def test_the_server_can_be_named_by_a_variable(gateway: Any, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    gateway.will_build()
    monkeypatch.setenv("PCF_URL", gateway.url)

    assert 0 == run("build", "x", "-o", str(tmp_path))[0]
