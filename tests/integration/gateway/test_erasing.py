"""`pcf-gateway erase-tenant` on a real PostgreSQL: only the owner can, and only the tenant's keys go."""

import argparse
import asyncio
from datetime import UTC, datetime

import pytest
from pcf_gateway.auth.erase_command import ERASE_TENANT
from pcf_gateway.auth.key_event import KeyEvent
from pcf_gateway.auth.key_store import StoredKey
from pcf_gateway.auth.postgres_keys import open_postgres
from pcf_gateway.settings import GatewaySettings
from pcf_runtime.postgres.commands import migrate
from pcf_runtime.starting import CannotStartError

NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)


@pytest.fixture
def url(database_url):
    assert 0 == migrate(database_url, service="gateway")
    return database_url


def key(number: int, tenant: str) -> StoredKey:
    return StoredKey(f"{number:026d}", tenant, f"key {number}", ("admin",), bytes(32), NOW, "ann")


async def add(url: str, *keys: StoredKey) -> None:
    async with open_postgres(url) as store:
        for each in keys:
            told = (each.tenant, "ann", "r", each.key_id, each.name, each.scopes)
            event = KeyEvent(each.key_id, "key.created", NOW, *told)
            await store.add(each, event, request_id=f"request {each.key_id}")


def erase(url: str, *arguments: str) -> int:
    parser = argparse.ArgumentParser()
    ERASE_TENANT.arguments(parser)
    settings = GatewaySettings(database_url=url, owner_database_url=url, key_pepper="p" * 32)
    return ERASE_TENANT.run(settings, parser.parse_args(arguments))


def test_a_tenant_s_keys_go_with_what_is_kept_about_them(url, postgres):
    asyncio.run(add(url, key(1, "contoso"), key(2, "contoso"), key(3, "fabrikam")))
    assert 0 == erase(url, "contoso", "--yes", "--actor", "ann")
    database = url.rpartition("/")[2]

    def rows(what: str) -> list[str]:
        return postgres.execute(f"SELECT {what}", database=database).splitlines()

    assert ["fabrikam"] == rows("tenant FROM gateway_keys")
    assert [key(3, "").key_id] == rows("key_id FROM gateway_key_requests")
    assert ["2"] == rows("count(*) FROM gateway_outbox WHERE event ->> 'type' = 'key.erased' AND tenant = 'default'")


def test_the_gateway_s_own_login_is_not_asked(url):
    settings = GatewaySettings(database_url=url, key_pepper="p" * 32)
    with pytest.raises(CannotStartError, match="PCF_GATEWAY_OWNER_DATABASE_URL is not set"):
        ERASE_TENANT.run(settings, argparse.Namespace(tenant="contoso", yes=True, actor=""))
