"""What only the PostgreSQL store does: partitions, plans that no log outgrows, commits that are on disk."""

from collections.abc import AsyncIterator

import asyncpg
import pytest
import pytest_asyncio
from pcf_audit.adapters.postgres_opening import open_postgres
from pcf_audit.adapters.postgres_store import PostgresEventStore, conditions
from pcf_audit.domain.reader import Reader
from pcf_audit.domain.selection import Selection
from pcf_audit.domain.tree import Batch, Filed, Head, Leaf, Row
from pcf_audit.errors import LogDamaged, StoreUnavailable

from tests.integration.audit.conftest import EventMaker, instance_on, migrate
from tests.servers.postgres import Postgres

EVERYBODY = Reader("default", all_tenants=True)

BORDER = 1_048_576


@pytest.fixture
async def store(audit_url: str) -> AsyncIterator[PostgresEventStore]:
    async with open_postgres(audit_url) as opened:
        yield opened


def batch_at(first: int, count: int) -> Batch:
    rows = [
        Row(Leaf(index, b'{"index":%d}' % index, b"x" * 32), Filed(f"{index:026d}", "default", "", "a", "t"))
        for index in range(first, first + count)
    ]
    return Batch(rows, {}, Head(first, first + count, b"r" * 32, (), "note", 0))


async def add(store: PostgresEventStore, batch: Batch, *, then: Exception | None = None) -> None:
    async with store.writing() as transaction:
        await transaction.add(batch)
        if then:
            raise then


async def partitions(url: str) -> list[int]:
    connection = await asyncpg.connect(url)
    names = await connection.fetch(
        "SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = 'audit_entries'::regclass"
    )
    await connection.close()
    return sorted(int(name.rpartition("_")[2]) for [name] in names)


async def test_the_next_partition_is_made_ahead_of_need(store: PostgresEventStore, audit_url: str):
    await add(store, batch_at(0, 5))
    before = await partitions(audit_url)
    await add(store, batch_at(BORDER // 2, 5))

    assert before == [0]
    assert await partitions(audit_url) == [0, BORDER]


async def test_a_batch_may_cross_the_border(store: PostgresEventStore):
    await add(store, batch_at(BORDER - 2, 4))
    leaves = await store.read(Selection(), newest_first=True, limit=9)

    assert [leaf.index for leaf in leaves] == [BORDER + 1, BORDER, BORDER - 1, BORDER - 2]


async def test_a_partition_of_a_transaction_that_was_taken_back_is_made_again(
    store: PostgresEventStore, audit_url: str
):
    with pytest.raises(ZeroDivisionError):
        await add(store, batch_at(BORDER // 2, 5), then=ZeroDivisionError())
    between = await partitions(audit_url)
    await add(store, batch_at(BORDER, 5))

    assert between == [0]
    assert await partitions(audit_url) == [0, BORDER]


async def test_where_partitions_were_dropped_the_log_begins(store: PostgresEventStore, audit_url: str):
    await add(store, batch_at(BORDER, 5))
    connection = await asyncpg.connect(audit_url)
    await connection.execute("DROP TABLE audit_entries_from_0")
    await connection.close()

    assert await store.first_index() == BORDER


async def test_a_place_that_is_taken_is_not_written_again(store: PostgresEventStore):
    await add(store, batch_at(0, 5))

    with pytest.raises(StoreUnavailable):
        await add(store, batch_at(4, 3))
    assert (await store.head()).size == 5


async def test_one_id_is_not_written_twice(store: PostgresEventStore):
    first, second = batch_at(0, 1), batch_at(1, 1)
    await add(store, first)
    [row] = second.rows

    with pytest.raises(StoreUnavailable):
        await add(store, Batch([Row(row.leaf, first.rows[0].filed)], {}, second.head))


@pytest.mark.parametrize("setting", ["off", "local", "on"])
async def test_a_commit_waits_for_the_disk_whatever_the_default_is(audit_url: str, setting: str):
    connection = await asyncpg.connect(audit_url)
    await connection.execute(f"ALTER DATABASE {audit_url.rpartition('/')[2]} SET synchronous_commit = '{setting}'")
    await connection.close()
    async with instance_on(audit_url) as instance, instance.store.writing() as transaction:
        in_force = await transaction._connection.fetchval("SHOW synchronous_commit")

    assert in_force == {"off": "on"}.get(setting, setting)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def grown_url(postgres: Postgres, make_event: EventMaker) -> AsyncIterator[str]:
    """With a busy actor and many that are rare, in two partitions, and statistics of all that."""
    name = postgres.create_database()
    url = postgres.url(name)
    await migrate(url)
    async with instance_on(url) as instance:
        for first in range(0, 4_000, 1_000):
            numbers = range(first, first + 1_000)
            await instance.ledger.append(
                [make_event(n, tenant=f"t{n % 2}", actor=f"maker {n}" if n % 9 == 0 else "busy") for n in numbers]
            )
    connection = await asyncpg.connect(url)
    await connection.execute("SELECT audit_add_partition($1)", BORDER)
    await connection.execute("ANALYZE audit_entries")
    await connection.close()
    yield url
    postgres.drop_database(name)


@pytest.mark.parametrize(
    ("columns", "index"),
    [
        ("", "_pkey"),
        ("build", "_build_idx_idx"),
        ("actor", "_actor_idx_idx"),
        ("type", "_type_idx_idx"),
        ("actor type", "_actor_type_idx_idx"),
        ("tenant", "_tenant_idx_idx"),
        ("tenant type", "_tenant_type_idx_idx"),
        ("tenant actor", "_actor_idx_idx"),
        ("build tenant", "_build_idx_idx"),
        ("build tenant type actor", "_build_idx_idx"),
    ],
)
@pytest.mark.parametrize("order", ["ASC", "DESC"])
async def test_a_page_is_never_sorted_nor_searched_for(grown_url: str, columns: str, index: str, order: str):
    """Also where the plan was made without knowing whose events are wanted."""
    given = columns.split()
    types = ", ".join(["bigint", "bigint", "int", *("text" for _ in given)])
    values = ", ".join([str(-(2**63)), str(2**63 - 1), "50", *("'x'" for _ in given)])
    async with open_postgres(grown_url) as store, store._pool.acquire() as connection:
        await connection.execute("SET plan_cache_mode = force_generic_plan")
        await connection.execute(
            f"PREPARE page ({types}) AS SELECT idx, content, leaf_hash FROM audit_entries "
            f"WHERE idx >= $1 AND idx < $2{conditions(given)} ORDER BY idx {order} LIMIT $3"
        )
        plan = "\n".join(row[0] for row in await connection.fetch(f"EXPLAIN EXECUTE page ({values})"))

    assert "Sort" not in plan
    assert "Seq Scan" not in plan
    assert index in plan


async def test_bytes_that_are_no_text_are_damage(audit_url: str, make_event: EventMaker):
    """A page of the table turned on the disk: the database hands the bytes out as they are."""
    async with instance_on(audit_url) as instance:
        await instance.ledger.append([make_event(0)])
    connection = await asyncpg.connect(audit_url)
    await connection.execute("SET session_replication_role = replica")
    await connection.execute("UPDATE audit_entries SET content = replace(content, 'star', E'\\x01\\x02\\x03\\x04')")
    await connection.close()
    async with instance_on(audit_url) as instance:
        with pytest.raises(LogDamaged):
            await instance.ledger.get(make_event(0).event_id, reader=EVERYBODY)

        broken = (await instance.ledger.verify()).broken
    assert broken is not None
    assert (broken.index, broken.fault) == (0, "the content does not match leaf_hash")
