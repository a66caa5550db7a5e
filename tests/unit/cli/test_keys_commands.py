"""`pcf-builder keys`, and the key that goes along with every command."""

from pathlib import Path
from typing import Any

import pytest

Run = Any
ID = "01JB2C3D4E5F6G7H8J9KMNPQRS"
SECRET = f"pcfb_{ID}_{'s' * 49}"
KEY = {
    "id": ID,
    "name": "ci",
    "scopes": ["builds:read", "builds:write"],
    "state": "active",
    "create_time": "2026-05-01T12:00:00Z",
    "created_by": "key:admin",
    "expire_time": None,
    "revoke_time": None,
    "last_use_time": None,
}


@pytest.fixture(autouse=True)
def no_key(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("PCF_KEY", "PCF_KEY_FILE"):
        monkeypatch.delenv(name, raising=False)


def test_a_new_key_alone_is_written(gateway: Any, run: Run):
    gateway.on("POST", "/v1/keys", gateway.json({"key": KEY, "secret": SECRET}, 201))

    code, out, err = run("keys", "create", "--name", "ci", "--scope", "builds:read", "--url", gateway.url)

    assert (0, f"{SECRET}\n", "") == (code, out, err)
    assert {"name": "ci", "scopes": ["builds:read"]} == gateway.requests("POST", "/v1/keys")[0].body


def test_a_key_may_expire(gateway: Any, run: Run):
    gateway.on("POST", "/v1/keys", gateway.json({"key": KEY, "secret": SECRET}, 201))

    run("keys", "create", "--name", "ci", "--scope", "admin", "--expires-in", "30", "--url", gateway.url)

    assert "expire_time" in gateway.requests("POST", "/v1/keys")[0].body


def test_keys_are_lines(gateway: Any, run: Run):
    gateway.on("GET", "/v1/keys", gateway.json({"keys": [KEY], "next_page_token": None}))

    code, out, _ = run("keys", "list", "--url", gateway.url)

    assert 0 == code
    assert f"{ID}\tci\tactive\tbuilds:read builds:write\t2026-05-01T12:00:00Z\t\t" == out.splitlines()[1]


def test_a_key_is_rotated_and_revoked(gateway: Any, run: Run):
    gateway.on("POST", f"/v1/keys/{ID}:rotate", gateway.json({"key": KEY, "secret": SECRET}, 201))
    gateway.on("POST", f"/v1/keys/{ID}:revoke", gateway.json({**KEY, "state": "revoked"}))

    rotated = run("keys", "rotate", ID, "--overlap", "60", "--url", gateway.url)
    revoked = run("keys", "revoke", ID, "--url", gateway.url)

    assert (0, f"{SECRET}\n") == rotated[:2]
    assert {"overlap_s": 60} == gateway.requests("POST", f"/v1/keys/{ID}:rotate")[0].body
    assert 0 == revoked[0]
    assert ID in revoked[1]


@pytest.mark.parametrize("way", ["option", "variable", "file", "file variable"])
def test_the_key_goes_along(gateway: Any, run: Run, way: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    gateway.on("GET", "/v1/keys", gateway.json({"keys": [], "next_page_token": None}))
    file = tmp_path / "key"
    file.write_text(f"{SECRET}\n")
    if "variable" in way:
        monkeypatch.setenv(*(("PCF_KEY_FILE", str(file)) if "file" in way else ("PCF_KEY", SECRET)))
    options = {"option": ["--key", SECRET], "file": ["--key-file", str(file)]}.get(way, [])

    code, out, err = run(*options, "keys", "list", "--url", gateway.url)

    assert 0 == code
    assert f"Bearer {SECRET}" == gateway.requests("GET", "/v1/keys")[0].headers["authorization"]
    assert SECRET not in out + err


def test_without_a_key_none_is_sent(gateway: Any, run: Run):
    gateway.on("GET", "/v1/keys", gateway.json({"keys": [], "next_page_token": None}))

    run("keys", "list", "--url", gateway.url)

    assert "authorization" not in gateway.requests("GET", "/v1/keys")[0].headers


@pytest.mark.parametrize("key", ["two words", "line\nbreak", "schlüssel", " "])
def test_a_key_that_cannot_be_sent_is_refused_and_not_repeated(gateway: Any, run: Run, key: str):
    code, out, err = run("--key", key, "keys", "list", "--url", gateway.url)

    assert 2 == code
    assert key.strip() == "" or key not in out + err
    assert [] == gateway.asked


def test_two_keys_are_one_too_many(run: Run, tmp_path: Path):
    assert 2 == run("--key", SECRET, "--key-file", str(tmp_path / "key"), "keys", "list")[0]


def test_a_file_that_is_not_there_is_named(run: Run, tmp_path: Path):
    code, _, err = run("--key-file", str(tmp_path / "key"), "keys", "list")

    assert 2 == code
    assert str(tmp_path / "key") in err


def test_a_key_that_does_not_work_is_told_without_it(gateway: Any, run: Run):
    gateway.on("GET", "/v1/keys", gateway.problem(401, "CREDENTIAL_INVALID", userMessage="The key does not work."))

    code, out, err = run("--key", SECRET, "keys", "list", "--url", gateway.url)

    assert 1 == code
    assert SECRET not in out + err
