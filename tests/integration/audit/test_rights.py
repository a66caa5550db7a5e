"""The service's login adds and reads; nobody changes, deletes or empties, the owner included."""

import secrets
from collections.abc import AsyncIterator, Iterator

import asyncpg
import pytest
from pcf_audit.domain.selection import LAST, Filter

from tests.integration.audit.conftest import EventMaker, Instance, instance_on
from tests.servers.postgres import Postgres

# A database, migrated, for each.
pytestmark = pytest.mark.slow

TABLES = ("audit_entries", "audit_subtrees", "audit_heads", "audit_keys")
PARTITION = "audit_entries_from_0"
PARTITIONS = "SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = 'audit_entries'::regclass"


@pytest.fixture
def service_url(postgres: Postgres, audit_url: str) -> Iterator[str]:
    """The database as the login of the service."""
    name, password = f"service_{secrets.token_hex(4)}", "hush"
    postgres.execute(f"CREATE ROLE {name} LOGIN PASSWORD '{password}' IN ROLE pcf_audit")
    yield postgres.url(audit_url.rpartition("/")[2], user=name, password=password)
    postgres.execute(f"DROP ROLE {name}")


@pytest.fixture
async def service(service_url: str, make_event: EventMaker) -> AsyncIterator[Instance]:
    """With an event, a head, a key, and a subtree."""
    async with instance_on(service_url) as instance:
        await instance.ledger.append([make_event(number) for number in range(300)])
        yield instance


async def refusal(url: str, sql: str) -> str:
    """What the database says to this."""
    connection = await asyncpg.connect(url)
    try:
        with pytest.raises(asyncpg.InsufficientPrivilegeError) as refused:
            await connection.execute(sql)
    finally:
        await connection.close()
    return str(refused.value)


async def test_the_service_can_do_its_work(service: Instance, make_event: EventMaker):
    await service.store.check()
    await service.ledger.append([make_event(300, tenant="contoso")])
    page = await service.ledger.page(Filter(tenant="contoso"), end=LAST, limit=9)

    assert [recorded.index for recorded in page.entries] == [300]
    assert len(await service.stored()) == 301


@pytest.mark.usefixtures("service")
@pytest.mark.parametrize("table", [*TABLES, PARTITION])
@pytest.mark.parametrize("change", ["UPDATE {} SET {} = {}", "DELETE FROM {}", "TRUNCATE {}"])
async def test_the_service_can_change_nothing(service_url: str, table: str, change: str):
    column = {"audit_subtrees": "hash", "audit_heads": "root", "audit_keys": "wrapped"}.get(table, "leaf_hash")

    assert "permission denied" in await refusal(service_url, change.format(table, column, column))


@pytest.mark.usefixtures("service")
@pytest.mark.parametrize(
    "sql",
    [
        "CREATE TABLE mine (a int)",
        "ALTER TABLE audit_entries DISABLE TRIGGER ALL",
        f"DROP TABLE {PARTITION}",
        f"ALTER TABLE audit_entries DETACH PARTITION {PARTITION}",
        "CREATE TABLE audit_entries_mine PARTITION OF audit_entries FOR VALUES FROM (2097152) TO (3145728)",
        "SET session_replication_role = replica",
        "DELETE FROM audit_migrations",
    ],
)
async def test_the_service_can_make_and_drop_nothing(service_url: str, sql: str):
    said = await refusal(service_url, sql)

    assert "permission denied" in said or "must be owner" in said


@pytest.mark.usefixtures("service")
@pytest.mark.parametrize("table", [*TABLES, PARTITION])
@pytest.mark.parametrize("change", ["UPDATE {} SET {} = {}", "DELETE FROM {}", "TRUNCATE {}"])
async def test_the_owner_is_refused_too(audit_url: str, table: str, change: str):
    column = {"audit_subtrees": "hash", "audit_heads": "root", "audit_keys": "wrapped"}.get(table, "leaf_hash")
    if (table, change) == ("audit_keys", "DELETE FROM {}"):
        return  # that is how a tenant is erased

    assert await refusal(audit_url, change.format(table, column, column)) == "the audit log is append-only"


@pytest.mark.usefixtures("service")
async def test_the_owner_can_erase(audit_url: str):
    connection = await asyncpg.connect(audit_url)
    deleted = await connection.execute("DELETE FROM audit_keys WHERE tenant = 'default'")
    await connection.close()

    assert deleted == "DELETE 1"


async def test_somebody_without_the_role_sees_nothing(postgres: Postgres, audit_url: str):
    name = f"nobody_{secrets.token_hex(4)}"
    postgres.execute(f"CREATE ROLE {name} LOGIN PASSWORD 'hush'")
    url = postgres.url(audit_url.rpartition("/")[2], user=name, password="hush")
    try:
        assert "permission denied" in await refusal(url, "SELECT * FROM audit_entries")
        assert "permission denied" in await refusal(url, "SELECT audit_add_partition(0)")
    finally:
        postgres.execute(f"DROP ROLE {name}")


async def test_the_service_has_the_next_partition_made(service_url: str):
    connection = await asyncpg.connect(service_url)
    ends = [await connection.fetchval("SELECT audit_add_partition($1)", at) for at in (1_048_576, 2_097_151, 2_097_152)]
    names = await connection.fetch(
        "SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = 'audit_entries'::regclass"
    )
    await connection.close()

    assert ends == [2_097_152, 2_097_152, 3_145_728]
    assert sorted(name for [name] in names) == [PARTITION, "audit_entries_from_1048576", "audit_entries_from_2097152"]


async def test_a_later_partition_is_guarded_as_the_first(audit_url: str):
    connection = await asyncpg.connect(audit_url)
    await connection.execute("SELECT audit_add_partition(1048576)")
    await connection.execute("INSERT INTO audit_entries VALUES (1048576, '{}', 'x', 'e', 't', '', 'a', 't')")
    await connection.close()
    for change in ("UPDATE {} SET content = ''", "DELETE FROM {}", "TRUNCATE {}"):
        assert await refusal(audit_url, change.format("audit_entries_from_1048576")) == "the audit log is append-only"
