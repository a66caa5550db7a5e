"""Keys on a real PostgreSQL: what the gateway's own login may do, and the same behaviour as in a file."""

import asyncio
import secrets
from collections.abc import AsyncIterator, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import asyncpg
import pytest
from pcf_gateway.auth.key_event import KeyEvent, KeyEventType
from pcf_gateway.auth.key_store import KeyStore, MadeBefore, StoreAway, StoredKey
from pcf_gateway.auth.postgres_keys import open_postgres
from pcf_gateway.auth.sqlite_keys import open_sqlite
from pcf_runtime.postgres.commands import migrate
from pcf_runtime.postgres.faults import DatabaseUnusableError

from tests.servers.postgres import Postgres

NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)
KEYS = [
    StoredKey(f"{number:026d}", "contoso", f"key {number}", ("builds:read", "admin"), bytes(32), NOW, "admin")
    for number in range(5)
]


def event(number: int, kind: KeyEventType = "key.created", key: StoredKey = KEYS[0]) -> KeyEvent:
    return KeyEvent(
        f"{number:026d}", kind, NOW, key.tenant, "key:Ada Größe", "request-1", key.key_id, key.name, key.scopes
    )


@pytest.fixture
def keys_url(postgres: Postgres, database_url: str) -> Iterator[str]:
    """A migrated database as the login of the service."""
    assert 0 == migrate(database_url, service="gateway")
    name = f"service_{secrets.token_hex(4)}"
    postgres.execute(f"CREATE ROLE {name} LOGIN PASSWORD 'hush' IN ROLE pcf_gateway")
    yield postgres.url(database_url.rpartition("/")[2], user=name, password="hush")
    postgres.execute(f"DROP ROLE {name}")


@pytest.fixture(params=["postgres", "sqlite"])
def opened(request: pytest.FixtureRequest, tmp_path: Path) -> AbstractAsyncContextManager[KeyStore]:
    if request.param == "sqlite":
        return open_sqlite(tmp_path / "keys" / "gateway.db")
    return open_postgres(request.getfixturevalue("keys_url"))


@pytest.fixture
async def store(opened: AbstractAsyncContextManager[KeyStore]) -> AsyncIterator[KeyStore]:
    async with opened as store:
        yield store


async def test_a_key_comes_back_as_it_was(store: KeyStore):
    key = replace(KEYS[0], expire_time=NOW + timedelta(days=1), revoke_time=NOW, last_use_time=NOW)
    await store.add(key, event(0))
    await store.add(KEYS[1], event(1))

    assert [key, KEYS[1], None] == [await store.find(each.key_id) for each in KEYS[:3]]


async def test_keys_are_listed_newest_first_from_where_the_last_page_ended(store: KeyStore):
    for number, key in enumerate(KEYS):
        await store.add(key, event(number))
    first = await store.list_keys("contoso", before="", limit=2)
    rest = await store.list_keys("contoso", before=first[-1].key_id, limit=9)

    assert KEYS[::-1] == [*first, *rest]
    assert [] == list(await store.list_keys("fabrikam", before="", limit=9))


async def test_a_key_is_revoked_once_and_by_its_tenant_only(store: KeyStore):
    await store.add(KEYS[0], event(0))

    assert await store.revoke("fabrikam", KEYS[0].key_id, event(1), at=NOW) is None
    assert await store.revoke("contoso", KEYS[1].key_id, event(2), at=NOW) is None
    told = [event(3, "key.revoked"), event(4, "key.revoked")]
    revoked = [
        await store.revoke("contoso", KEYS[0].key_id, each, at=NOW + timedelta(hours=hour))
        for hour, each in enumerate(told)
    ]
    assert [replace(KEYS[0], revoke_time=NOW)] * 2 == revoked
    assert [event(0), told[0]] == await store.trail.undelivered(limit=9)


@pytest.mark.parametrize(("ended", "ends"), [(None, 2), (1, 1), (3, 2)])
async def test_a_replaced_key_ends_no_later_than_it_would_have(store: KeyStore, ended: int | None, ends: int):
    old = replace(KEYS[0], expire_time=None if ended is None else NOW + timedelta(hours=ended))
    await store.add(old, event(0))
    await store.replace(KEYS[1], event(1, "key.rotated"), old_id=old.key_id, old_ends=NOW + timedelta(hours=2))

    assert replace(old, expire_time=NOW + timedelta(hours=ends)) == await store.find(old.key_id)
    assert KEYS[1] == await store.find(KEYS[1].key_id)


async def test_what_a_change_tells_waits_in_order_until_it_is_delivered(store: KeyStore):
    rotated = replace(event(1, "key.rotated"), new_key_id=KEYS[1].key_id)
    await store.add(KEYS[0], event(0))
    await store.replace(KEYS[1], rotated, old_id=KEYS[0].key_id, old_ends=NOW)
    await store.revoke("contoso", KEYS[1].key_id, event(2, "key.revoked", KEYS[1]), at=NOW)
    all_of_them = [event(0), rotated, event(2, "key.revoked", KEYS[1])]

    assert store.trail.changed.is_set()
    assert all_of_them[:2] == await store.trail.undelivered(limit=2)
    assert 3 == await store.trail.depth()
    await store.trail.delivered([event(0).event_id])
    await store.trail.set_aside(rotated.event_id, reason="INVALID_REQUEST: it is not to be had")
    assert all_of_them[2:] == await store.trail.undelivered(limit=9)


async def test_a_change_that_fails_tells_nothing(store: KeyStore):
    await store.add(KEYS[0], event(0))
    with pytest.raises(Exception, match=r"(?i)unique"):
        await store.add(KEYS[0], event(1))
    with pytest.raises(Exception, match=r"(?i)unique"):
        await store.replace(KEYS[1], event(0), old_id=KEYS[0].key_id, old_ends=NOW)

    assert [event(0)] == await store.trail.undelivered(limit=9)
    assert (KEYS[0], None) == (await store.find(KEYS[0].key_id), await store.find(KEYS[1].key_id))


async def test_a_request_makes_one_key(store: KeyStore):
    await store.add(KEYS[0], event(0), request_id="request")
    for number in (1, 2):
        with pytest.raises(MadeBefore) as refused:
            await store.add(KEYS[number], event(number), request_id="request")
        assert KEYS[0].key_id == refused.value.key_id
    with pytest.raises(MadeBefore):
        await store.replace(KEYS[3], event(3), old_id=KEYS[0].key_id, old_ends=NOW, request_id="request")

    assert (KEYS[0].key_id, None) == (await store.made_with("request"), await store.made_with("another"))
    assert [KEYS[0]] == list(await store.list_keys("contoso", before="", limit=9))
    assert 1 == await store.trail.depth()


async def test_of_requests_at_once_with_one_id_one_makes_a_key(store: KeyStore):
    made = await asyncio.gather(
        *(store.add(key, event(number), request_id="request") for number, key in enumerate(KEYS)),
        return_exceptions=True,
    )

    assert [1, 4] == [made.count(None), sum(isinstance(each, MadeBefore) for each in made)]
    assert 1 == len(await store.list_keys("contoso", before="", limit=9))


async def test_use_is_noted(store: KeyStore):
    await store.add(KEYS[0], event(0))
    await store.used(KEYS[0].key_id, at=NOW)

    assert replace(KEYS[0], last_use_time=NOW) == await store.find(KEYS[0].key_id)


@asynccontextmanager
async def connected(url: str) -> AsyncIterator["asyncpg.Connection[asyncpg.Record]"]:
    connection = await asyncpg.connect(url)
    try:
        yield connection
    finally:
        await connection.close()


@pytest.mark.parametrize(
    "sql",
    [
        "DELETE FROM gateway_keys",
        "TRUNCATE gateway_keys",
        "UPDATE gateway_keys SET scopes = 'admin'",
        "UPDATE gateway_keys SET tenant = 'fabrikam'",
        "UPDATE gateway_keys SET digest = '\\x00'",
        "DROP TABLE gateway_keys",
    ],
)
async def test_the_gateway_cannot_change_what_a_key_is(keys_url: str, sql: str):
    async with connected(keys_url) as connection:
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await connection.execute(sql)


async def test_a_database_without_the_table_is_named_with_the_cure(database_url: str):
    with pytest.raises(DatabaseUnusableError, match="run `pcf-gateway migrate`"):
        async with open_postgres(database_url):
            pass


async def test_a_database_that_is_away_is_no_wrong_key():
    async with open_postgres("postgresql://nobody@127.0.0.1:1/none") as store:
        with pytest.raises(StoreAway):
            await store.find(KEYS[0].key_id)
