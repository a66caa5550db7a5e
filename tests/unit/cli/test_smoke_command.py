"""`pcf-builder smoke`: each check that can fail, fails for what it is there for, and says so."""

import io
import json
import zipfile
from collections.abc import Callable
from hashlib import sha256
from typing import Any, NamedTuple

import pytest


def _zip(*, damaged: bool = False) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("index.ts", "text of some length")
    content = file.getvalue()
    return content.replace(b"text of", b"tExt of", 1) if damaged else content


SOLUTION = _zip()


class Ended(NamedTuple):
    code: int
    out: str
    err: str


@pytest.fixture
def deployed(gateway: Any) -> Any:
    """A deployment that does everything."""
    _artifacts(gateway, source=_zip(), solution=SOLUTION)
    gateway.on("GET", "/healthz", gateway.json({"status": "ok"}))
    gateway.on("GET", "/v1/capabilities", gateway.json({"capabilities": [{"id": "toggle"}], "next_page_token": None}))
    _trail(gateway, "build.created", "build.succeeded")
    _known(gateway, gateway.build_id)
    return gateway


@pytest.fixture
def smoke(deployed: Any, run: Callable[..., Any]) -> Callable[..., Ended]:
    return lambda *more: Ended(*run("smoke", *more, "--url", deployed.url))


def _artifacts(gateway: Any, **contents: bytes) -> None:
    artifacts = [gateway.artifact(kind, f"Smoke-{kind}.zip", content) for kind, content in contents.items()]
    artifacts.append(gateway.artifact("report", "Smoke-report.json", gateway.report))
    gateway.will_build(artifacts=artifacts)
    for kind, content in contents.items():
        gateway.on("GET", f"/v1/builds/{{id}}/artifacts/{kind}", gateway.raw(content))


def _trail(gateway: Any, *types: str) -> None:
    events = [{"type": each, "index": number} for number, each in enumerate(types)]
    gateway.on("GET", "/v1/audit/events", gateway.json({"events": events, "next_page_token": None}))


def _known(gateway: Any, build_id: str) -> None:
    path = f"/v1/verify/{sha256(gateway.report).hexdigest()}"
    gateway.on("GET", path, gateway.json({"known": True, "builds": [{"id": build_id}]}))


def test_everything_works(deployed: Any, smoke: Callable[..., Ended]):
    ended = smoke()

    assert 0 == ended.code
    assert "does its main job: 8 checks passed" in ended.out
    assert 8 == ended.out.count("ok ")


def test_two_runs_ask_for_two_different_controls(deployed: Any, smoke: Callable[..., Ended]):
    smoke()
    smoke()

    prompts = [asked.body["prompt"] for asked in deployed.requests("POST", "/v1/builds")]

    assert 2 == len(set(prompts))


def test_json_names_all_checks(deployed: Any, smoke: Callable[..., Ended]):
    told = json.loads(smoke("--json").out)

    assert "passed" == told["outcome"]
    assert "the audit log tells of the build" == told["checks"][-1]["check"]


def test_a_build_that_fails(deployed: Any, smoke: Callable[..., Ended]):
    failed = deployed.build("failed", problem=deployed.failure())
    deployed.on("GET", "/v1/builds/{id}", deployed.json(failed))

    ended = smoke()

    assert 1 == ended.code
    assert "FAIL  a build is accepted and succeeds" in ended.out
    assert "There is no such kind." in ended.err


def test_a_build_that_asks_is_no_success(deployed: Any, smoke: Callable[..., Ended]):
    asking = deployed.build("needs_input", question=deployed.question())
    deployed.on("GET", "/v1/builds/{id}", deployed.json(asking))

    ended = smoke()

    assert (1, True) == (ended.code, "ended as needs_input" in ended.err)


def test_a_deployment_without_compilers(deployed: Any, smoke: Callable[..., Ended]):
    _artifacts(deployed, source=_zip())

    ended = smoke()

    assert (1, True) == (ended.code, "The build has no solution." in ended.err)
    assert 0 == smoke("--source-only").code


@pytest.mark.parametrize(
    ("content", "told"), [(b"no zip at all", "is no ZIP file"), (_zip(damaged=True), "is damaged at index.ts")]
)
def test_a_file_that_is_no_whole_zip(deployed: Any, smoke: Callable[..., Ended], content: bytes, told: str):
    _artifacts(deployed, source=_zip(), solution=content)

    ended = smoke()

    assert (1, True) == (ended.code, told in ended.err)
    assert "FAIL  its solution comes whole" in ended.out


def test_a_file_with_another_hash(deployed: Any, smoke: Callable[..., Ended]):
    deployed.on("GET", "/v1/builds/{id}/artifacts/solution", deployed.raw(b"x" * len(SOLUTION)))

    ended = smoke()

    assert (1, True) == (ended.code, "arrived damaged" in ended.err)


def test_a_file_that_another_build_is_said_to_have_made(deployed: Any, smoke: Callable[..., Ended]):
    _known(deployed, "01JB2C3D4E5F6G7H8J9KMNPQRT")

    ended = smoke()

    assert (1, True) == (ended.code, "FAIL  the file is known by its SHA-256" in ended.out)


def test_a_brain_without_a_capability(deployed: Any, smoke: Callable[..., Ended]):
    deployed.on("GET", "/v1/capabilities", deployed.json({"capabilities": [], "next_page_token": None}))

    ended = smoke()

    assert (1, True) == (ended.code, "It builds nothing" in ended.err)


def test_an_audit_log_that_stays_silent(deployed: Any, smoke: Callable[..., Ended]):
    _trail(deployed, "build.created")

    ended = smoke("--timeout", "1")

    assert 5 == ended.code
    assert "FAIL  the audit log tells of the build" in ended.out


def test_a_late_audit_log_is_waited_for(deployed: Any, smoke: Callable[..., Ended]):
    pages = [
        deployed.json({"events": [{"type": each} for each in types], "next_page_token": None})
        for types in (["build.created"], ["build.created", "build.succeeded"])
    ]
    deployed.on("GET", "/v1/audit/events", *pages)

    assert 0 == smoke().code


def test_nobody_answers(run: Callable[..., Any]):
    ended = Ended(*run("smoke", "--json", "--url", "http://127.0.0.1:9"))

    assert (4, "it answers") == (ended.code, json.loads(ended.out)["failed_check"])


def test_authorities_that_cannot_be_read(deployed: Any, smoke: Callable[..., Ended], monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("SSL_CERT_FILE", "/nowhere.pem")

    ended = smoke()

    assert (2, True) == (ended.code, "SSL_CERT_FILE=/nowhere.pem cannot be used" in ended.err)
