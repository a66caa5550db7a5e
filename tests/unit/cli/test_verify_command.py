"""`pcf-builder verify` against a server."""

import json
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

Run = Any
CONTENT = b"PK solution" * 100_000
HASH = sha256(CONTENT).hexdigest()


def told(gateway: Any, *, known: bool, **more: Any) -> dict[str, Any]:
    artifact = gateway.artifact("managed-solution", "StarRating-managed-solution.zip", CONTENT)
    build = {
        "id": gateway.build_id,
        "component_name": "StarRating",
        "namespace": "Contoso",
        "display_name": "Star rating",
        "kind": "managed-solution",
        "brain_release": "0f" * 8,
        "create_time": "2026-05-01T12:00:00Z",
        "href": f"/v1/builds/{gateway.build_id}",
    }
    found = {"artifact": artifact, "builds": [build], "total": 1200} if known else {}
    return {"sha256": HASH, "known": known, "artifact": None, "builds": [], "total": 0, **found, **more}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "renamed.zip"
    path.write_bytes(CONTENT)
    return path


def test_a_file_that_was_made_there_is_told_with_its_build(gateway: Any, run: Run, file: Path):
    gateway.on("GET", f"/v1/verify/{HASH}", gateway.json(told(gateway, known=True)))

    code, out, _ = run("verify", str(file), "--url", gateway.url)

    assert 0 == code
    made = f"made by build {gateway.build_id} on 2026-05-01T12:00:00Z"
    assert [
        f"renamed.zip is the managed solution of Contoso.StarRating, {made}.",
        f"SHA-256:         {HASH}",
        "Builds:          1,200",
        f"Brain release:   {'0f' * 8}",
        f"To see it:       pcf-builder builds show {gateway.build_id}",
    ] == out.splitlines()


def test_a_file_that_nobody_made_there_is_exit_code_1(gateway: Any, run: Run, file: Path):
    gateway.on("GET", f"/v1/verify/{HASH}", gateway.json(told(gateway, known=False)))

    code, out, err = run("verify", str(file), "--url", gateway.url)

    assert (1, "") == (code, err)
    assert [
        "renamed.zip was not made there, or has been changed since: no build made these bytes.",
        f"SHA-256:         {HASH}",
    ] == out.splitlines()


@pytest.mark.parametrize(("known", "code"), [(True, 0), (False, 1)])
def test_programs_get_the_answer_as_it_is(gateway: Any, run: Run, file: Path, *, known: bool, code: int):
    answer = told(gateway, known=known)
    gateway.on("GET", f"/v1/verify/{HASH}", gateway.json(answer))

    ended, out, _ = run("verify", str(file), "--json", "--url", gateway.url)

    assert (code, answer) == (ended, json.loads(out))


def test_nothing_of_the_file_but_its_hash_is_sent(gateway: Any, run: Run, file: Path):
    gateway.on("GET", f"/v1/verify/{HASH}", gateway.json(told(gateway, known=True)))

    run("verify", str(file), "--url", gateway.url)

    assert [("GET", f"/v1/verify/{HASH}", None)] == [(each.method, each.path, each.body) for each in gateway.asked]
    assert "renamed" not in repr(gateway.asked)


def test_a_newer_server_that_tells_no_build_is_believed(gateway: Any, run: Run, file: Path):
    answer = told(gateway, known=True, artifact=None, builds=[])
    gateway.on("GET", f"/v1/verify/{HASH}", gateway.json(answer))

    code, out, _ = run("verify", str(file), "--url", gateway.url)

    assert (0, "renamed.zip was made there.") == (code, out.splitlines()[0])


def test_an_empty_file_is_a_file(gateway: Any, run: Run, tmp_path: Path):
    empty = tmp_path / "empty.zip"
    empty.touch()
    gateway.on("GET", f"/v1/verify/{sha256().hexdigest()}", gateway.json(told(gateway, known=False)))

    assert 1 == run("verify", str(empty), "--url", gateway.url)[0]


@pytest.mark.parametrize("name", ["missing.zip", "."])
def test_what_is_no_file_is_wrong_usage(gateway: Any, run: Run, tmp_path: Path, name: str):
    assert 2 == run("verify", str(tmp_path / name), "--url", gateway.url)[0]
    assert [] == gateway.asked


def test_a_server_that_refuses_is_not_taken_for_an_unknown_file(gateway: Any, run: Run, file: Path):
    gateway.on("GET", f"/v1/verify/{HASH}", gateway.problem(404, "PATH_NOT_FOUND"))

    code, out, err = run("verify", str(file), "--url", gateway.url)

    assert (1, "", "It was refused.") == (code, out, err.splitlines()[0])
