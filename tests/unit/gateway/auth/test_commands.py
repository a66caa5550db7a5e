"""`pcf-gateway keys`: without a key, on the server's own table."""

import argparse
import asyncio
import json
from pathlib import Path
from typing import Any

import pytest
from pcf_gateway.auth.commands import KEYS
from pcf_gateway.auth.key_event import KeyEvent
from pcf_gateway.auth.sqlite_keys import open_sqlite
from pcf_gateway.settings import GatewaySettings
from pcf_runtime.starting import CannotStartError

ULID = "01JB2C3D4E5F6G7H8J9KMNPQRS"


class Server:
    def __init__(self, database: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self._settings = GatewaySettings(database=database, key_pepper="p" * 32)  # type: ignore[arg-type]
        self._capsys = capsys

    def keys(self, *arguments: str) -> list[str]:
        parser = argparse.ArgumentParser()
        KEYS.arguments(parser)
        assert 0 == KEYS.run(self._settings, parser.parse_args(arguments))
        return self._capsys.readouterr().out.splitlines()

    def told(self) -> list[KeyEvent]:
        async def read() -> list[KeyEvent]:
            async with open_sqlite(self._settings.database) as store:
                return list(await store.trail.undelivered(limit=9))

        return asyncio.run(read())


@pytest.fixture
def server(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Server:
    return Server(tmp_path / "gateway.db", capsys)


def listed(lines: list[str]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in lines]


def test_a_key_is_made_listed_and_revoked_within_its_tenant(server: Server):
    (text,) = server.keys("create", "--admin", "--tenant", "contoso", "--name", "Größe")
    key_id = text.split("_")[1]
    lines = server.keys("list", "--tenant", "contoso")
    (revoked,) = listed(server.keys("revoke", key_id, "--tenant", "contoso"))

    assert lines[0].isascii()
    assert [(key_id, "Größe", "active", ["admin"])] == [
        (each["id"], each["name"], each["state"], each["scopes"]) for each in listed(lines)
    ]
    assert (key_id, "revoked") == (revoked["id"], revoked["state"])
    assert [] == server.keys("list")
    assert ["key.created", "key.revoked"] == [event.type for event in server.told()]
    assert text.rpartition("_")[2] not in str(lines)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["create"], "allow nothing"),
        (["create", "--admin", "--tenant", "Contoso"], "A tenant is"),
        (["create", "--admin", "--tenant", "contoso\n"], "A tenant is"),
        (["create", "--admin", "--name", "a\x1b[2J"], "A name is"),
        (["create", "--admin", "--name", "n" * 101], "A name is"),
        (["create", ULID, "--admin"], "Only revoke"),
        (["revoke"], "Only revoke"),
        (["revoke", ULID], "has no key"),
    ],
)
def test_what_cannot_be_done_is_one_sentence(server: Server, arguments: list[str], says: str):
    with pytest.raises(CannotStartError, match=says):
        server.keys(*arguments)
    assert [] == server.told()
