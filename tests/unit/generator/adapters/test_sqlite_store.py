"""What is SQLite's own about the store: its plans, its wake-ups across a cancelled call, its table for operators."""

import asyncio
import itertools
import threading
from datetime import UTC, datetime

import pytest
from pcf_generator.adapters.sqlite import claims
from pcf_generator.adapters.sqlite.build_store import SqliteBuildStore
from pcf_generator.build_store import Request
from pcf_generator.domain.build import Build, BuildOptions, BuildState
from pcf_generator.domain.share import EQUAL
from pcf_runtime.testing import FakeClock

MANY = 100_000
REQUEST = Request("", "", "maker", "trace")


@pytest.fixture
def store(database):
    numbers = itertools.count(1)
    return SqliteBuildStore(database, clock=FakeClock().now, new_id=lambda: f"{next(numbers):026d}")


def draft(number=1):
    now = FakeClock().now()
    return Build(f"{number:026d}", "5 stars", BuildOptions(), "maker", BuildState.QUEUED, now, now)


@pytest.fixture
async def many(database):
    """A hundred thousand builds, one in a hundred waiting; ids fall and rise as little as ULIDs do."""
    states = "CASE WHEN n % 100 = 0 THEN 'queued' WHEN n % 100 = 1 THEN 'running' ELSE 'succeeded' END"
    await database.write(
        lambda connection: connection.execute(
            f"WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < {MANY})"
            " INSERT INTO builds SELECT printf('%026d', n), 'maker', '', '5 stars', '{}', " + states + ", NULL, NULL,"
            " '[]', NULL, NULL, '', 1, 0, NULL, '2027-01-01T00:00:00.000000+00:00', '2026-01-01T00:00:00.000000+00:00',"
            " '2026-01-01T00:00:00.000000+00:00', NULL, 'default', '' FROM numbers"
        )
    )


async def plans(database, store_call):
    """How SQLite answers what the store asks: the plan of every query."""
    asked = []
    await database.read(lambda connection: connection.set_trace_callback(asked.append))
    await store_call
    await database.read(lambda connection: connection.set_trace_callback(None))
    told = []
    for sql in (sql for sql in asked if sql.startswith(("SELECT", "UPDATE", "DELETE"))):
        rows = await database.read(
            lambda connection, sql=sql: connection.execute(f"EXPLAIN QUERY PLAN {sql}").fetchall()
        )
        told += [row["detail"] for row in rows]
    return told


CALLS = {
    "first page": lambda store: store.list(tenant="default", limit=50, before="", state=None),
    "deep page": lambda store: store.list(tenant="default", limit=50, before=f"{50:026d}", state=None),
    "first page of a state": lambda store: store.list(tenant="default", limit=50, before="", state=BuildState.QUEUED),
    "deep page of a state": lambda store: store.list(
        tenant="default", limit=50, before=f"{5000:026d}", state=BuildState.QUEUED
    ),
    "builds that made a file": lambda store: store.find_artifact("5e" * 32, tenant="default", limit=20),
    "events": lambda store: store.events(f"{5:026d}", after=3, limit=10),
    "claim": lambda store: store.claim("one", lease_s=30),
    "queue depth": lambda store: store.queue_depth(),
    "recall": lambda store: store.recall("hash"),
    "outbox": lambda store: store.undelivered(limit=200),
}


@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS.keys())
async def test_every_query_walks_an_index(database, store, call):
    plan = await plans(database, call(store))
    scans = [step for step in plan if step.startswith("SCAN") and "INDEX" not in step]
    # The outbox and the first page are read from an end of their tables, in order: no more rows than are asked for.
    assert [] == [step for step in scans if step not in {"SCAN outbox", "SCAN builds", "SCAN CONSTANT ROW"}]
    assert plan


@pytest.mark.parametrize("call", [name for name in CALLS if name != "claim"])
async def test_nothing_is_sorted(database, store, call):
    assert [] == [step for step in await plans(database, CALLS[call](store)) if "TEMP B-TREE" in step]


async def test_a_claim_takes_a_step_for_each_tenant_that_waits_however_long_the_queue(database, store, many):
    now = datetime(2026, 1, 1, tzinfo=UTC)

    async def look():
        return await database.read(lambda connection: claims.claimable(connection, now, EQUAL))

    short, first = await steps(database, look())
    await database.write(
        lambda connection: connection.execute("UPDATE builds SET state = 'queued' WHERE state = 'succeeded'")
    )
    long, second = await steps(database, look())
    assert first.id > second.id
    assert long <= short * 1.1


@pytest.mark.parametrize("state", [None, BuildState.SUCCEEDED])
async def test_a_deep_page_reads_no_more_rows_than_the_first(database, store, many, state):
    """Counted in steps of SQLite's machine, which no busy neighbour changes."""
    first, page = await steps(database, store.list(tenant="default", limit=50, before="", state=state))
    deep, last = await steps(database, store.list(tenant="default", limit=50, before=f"{1000:026d}", state=state))
    assert 50 == len(page) == len(last)
    assert deep <= first * 1.5


async def steps(database, store_call):
    counted = 0

    def count():
        nonlocal counted
        counted += 1

    await database.read(lambda connection: connection.set_progress_handler(count, 1))
    found = await store_call
    await database.read(lambda connection: connection.set_progress_handler(None, 1))
    return counted, found


async def test_a_build_whose_creator_hung_up_wakes_the_runner_all_the_same(database, store):
    """The transaction had begun, so the build is there."""
    held, go_on = threading.Event(), threading.Event()

    def hold(connection):
        held.set()
        go_on.wait(10)

    holding = asyncio.create_task(database.write(hold))
    await asyncio.to_thread(held.wait, 10)
    waiting = asyncio.create_task(store.wait_for_work(timeout_s=600))
    creator = asyncio.create_task(store.create(draft(), REQUEST, queue_limit=10))
    await asyncio.wait({creator}, timeout=0)
    go_on.set()
    await holding
    creator.cancel()
    await asyncio.wait({creator})
    async with asyncio.timeout(10):
        await waiting


async def test_looking_before_and_after_the_write_both_end_the_wait(database, store):
    """The two orders there are: the watcher looks while the write waits for its turn, and when it is done."""
    build = await store.create(draft(), REQUEST, queue_limit=10)
    lease = await store.claim("one", lease_s=30)
    held, go_on = threading.Event(), threading.Event()
    holding = asyncio.create_task(database.write(lambda connection: (held.set(), go_on.wait(10))))
    await asyncio.to_thread(held.wait, 10)
    beginning = asyncio.create_task(store.begin(lease, "releases/0123456789abcdef"))
    looking = asyncio.create_task(store.wait_for_change(build.id, after=1, timeout_s=600))
    await asyncio.wait({beginning, looking}, timeout=0)
    go_on.set()
    async with asyncio.timeout(10):
        await asyncio.gather(holding, beginning, looking)
        await store.wait_for_change(build.id, after=1, timeout_s=600)


async def test_an_entry_that_was_set_aside_is_kept_whole_with_its_reason(store, query):
    await store.create(draft(), REQUEST, queue_limit=10)
    (event,) = await store.undelivered(limit=10)
    await store.set_aside(event.event_id, reason="EVENT_ID_REUSED: known")
    columns = "event_id, build_id, actor, request_id, reason, set_aside_time"
    assert [
        (event.event_id, event.build_id, "maker", "trace", "EVENT_ID_REUSED: known", "2026-01-01T00:00:00.000000+00:00")
    ] == query(f"SELECT {columns} FROM undeliverable")
    assert '"build.created"' in str(query("SELECT entry FROM undeliverable"))
