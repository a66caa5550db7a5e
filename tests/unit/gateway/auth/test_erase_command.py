"""`pcf-gateway erase-tenant` on a SQLite file; PostgreSQL is in tests/integration/gateway."""

import argparse
import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from pcf_gateway.auth.erase_command import ERASE_TENANT
from pcf_gateway.auth.key_event import KeyEvent
from pcf_gateway.auth.sqlite_keys import open_sqlite
from pcf_gateway.settings import GatewaySettings
from pcf_runtime.starting import CannotStartError

from tests.servers.api_keys import PEPPER, add_key


@pytest.fixture
def settings(tmp_path: Path) -> GatewaySettings:
    return GatewaySettings(database=tmp_path / "gateway.db", key_pepper=PEPPER)  # type: ignore[arg-type]


def erase(settings: GatewaySettings, *arguments: str) -> int:
    parser = argparse.ArgumentParser()
    ERASE_TENANT.arguments(parser)
    return ERASE_TENANT.run(settings, parser.parse_args(arguments))


def tenants(settings: GatewaySettings) -> list[str]:
    with closing(sqlite3.connect(settings.database)) as connection:
        return [row[0] for row in connection.execute("SELECT tenant FROM keys ORDER BY tenant")]


def told(settings: GatewaySettings) -> list[KeyEvent]:
    async def read() -> list[KeyEvent]:
        async with open_sqlite(settings.database) as store:
            return [each for each in await store.trail.undelivered(limit=99) if each.type == "key.erased"]

    return asyncio.run(read())


def test_a_tenant_s_keys_go_and_another_s_stay(settings, capsys):
    ids = [add_key(settings.database, tenant="contoso").split("_")[1] for _ in range(2)]
    add_key(settings.database, tenant="fabrikam")
    assert 0 == erase(settings, "contoso", "--yes", "--actor", "ann")
    assert ["fabrikam"] == tenants(settings)
    assert "deleted 2 keys of tenant contoso\n" == capsys.readouterr().out
    events = told(settings)
    assert sorted(ids) == sorted(event.key_id for event in events)
    assert {("default", "ann", "")} == {(event.tenant, event.actor, event.name) for event in events}
    assert 0 == erase(settings, "contoso", "--yes")
    assert 2 == len(told(settings))


def test_nothing_is_deleted_without_yes(settings):
    add_key(settings.database, tenant="contoso")
    with pytest.raises(CannotStartError, match="Repeat with --yes"):
        erase(settings, "contoso")
    assert ["contoso"] == tenants(settings)


def test_what_is_no_tenant_is_refused(settings):
    with pytest.raises(CannotStartError, match="A tenant is 1 to 63"):
        erase(settings, "Contoso!", "--yes")
