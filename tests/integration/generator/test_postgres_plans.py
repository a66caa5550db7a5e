"""How PostgreSQL answers what the store asks: from an index, in its order, whatever it believes about the rows."""

import asyncio
import json
from dataclasses import dataclass, field
from typing import Any

import asyncpg
import pytest
from pcf_generator.adapters.postgres import claims, origins, outbox, pages
from pcf_generator.domain.build import BuildState
from pcf_generator.domain.share import EQUAL

MANY = 100_000
LIMIT = 50
COMMON = "5e" * 32
"""The hash of a file that a thousand builds made; all others made one of their own."""
INDEXES_OF_WAITING = {"builds_queued", "builds_by_state"}
FILL = f"""
INSERT INTO builds (id, actor, request_id, tenant, prompt, options, state, answers, brain_release, last_sequence,
  claims, lease_owner, lease_until, create_time, update_time)
SELECT lpad(n::text, 26, '0'), 'maker', '', 'default', '5 stars', '{{}}', state, '[]', '', 1, 0,
  CASE state WHEN 'running' THEN 'one' END, CASE state WHEN 'running' THEN now() + interval '1 day' END, now(), now()
FROM (SELECT n, CASE WHEN n <= 100 THEN 'failed' WHEN n % 100 = 0 THEN 'queued' WHEN n % 1000 = 1 THEN 'running'
  ELSE 'succeeded' END AS state FROM generate_series(1, {MANY}) AS n) AS made;
INSERT INTO artifact_builds (sha256, build_id)
SELECT CASE WHEN n <= 1000 THEN '{COMMON}' ELSE lpad(n::text, 64, '0') END, lpad(n::text, 26, '0')
FROM generate_series(1, {MANY}) AS n;
INSERT INTO outbox (event_id, build_id, event_time, actor, request_id, tenant, entry)
SELECT n::text, 'x', now(), 'maker', '', 'default', '{{"type": "x"}}' FROM generate_series(1, 20000) AS n
"""


@dataclass
class Explaining:
    """A connection that asks for the plan of everything, and how it went."""

    connection: Any
    plans: list[dict[str, Any]] = field(default_factory=list)

    async def fetch(self, query: str, *values: object) -> Any:
        async with self.connection.transaction():
            told = await self.connection.fetchval(f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {query}", *values)
            self.plans.append(json.loads(told)[0]["Plan"])
            return await self.connection.fetch(query, *values)

    async def fetchrow(self, query: str, *values: object) -> Any:
        return next(iter(await self.fetch(query, *values)), None)

    async def fetchval(self, query: str, *values: object) -> Any:
        row = await self.fetchrow(query, *values)
        return row[0] if row else None

    @property
    def nodes(self) -> list[dict[str, Any]]:
        found, waiting = [], list(self.plans)
        while waiting:
            node = waiting.pop()
            found.append(node)
            waiting += node.get("Plans", [])
        return found

    @property
    def pages_read(self) -> int:
        return sum(plan["Shared Hit Blocks"] + plan["Shared Read Blocks"] for plan in self.plans)


@pytest.fixture(scope="module")
def filled_url(postgres):
    """A hundred thousand builds, of which the database knows nothing: it was never analysed."""
    from pcf_runtime.postgres.commands import migrate  # noqa: PLC0415 - one server for the module

    name = postgres.create_database()
    assert 0 == migrate(postgres.url(name), service="generator")
    postgres.execute("ALTER TABLE builds SET (autovacuum_enabled = off)", database=name)
    postgres.execute(FILL, database=name)
    yield postgres.url(name)
    postgres.drop_database(name)


@pytest.fixture(params=["never analysed", "analysed"])
async def connection(request, filled_url, postgres):
    if request.param == "analysed":
        await asyncio.to_thread(postgres.execute, "VACUUM ANALYZE builds", database=filled_url.rpartition("/")[2])
    opened = await asyncpg.connect(filled_url)
    yield opened
    await opened.close()


def place(number):
    return f"{number:026d}"


async def pages_of(connection, before, state):
    explaining = Explaining(connection)
    found = await pages.builds(explaining, tenant="default", limit=LIMIT, before=before, state=state)
    assert LIMIT == len(found)
    return explaining


@pytest.mark.parametrize("state", [None, BuildState.SUCCEEDED, BuildState.QUEUED, BuildState.FAILED])
async def test_a_page_is_read_from_its_index_and_a_deep_one_costs_no_more(connection, state):
    """Also of a state that only the oldest builds are in."""
    first = await pages_of(connection, "", state)
    deep = await pages_of(connection, place(90 if state is BuildState.FAILED else 6_000), state)
    scans = {(node["Node Type"], node.get("Index Name")) for node in first.nodes + deep.nodes} - {("Limit", None)}
    assert {("Index Scan", "builds_by_tenant_and_state" if state else "builds_by_tenant")} == scans
    assert deep.pages_read <= first.pages_read * 1.5 + 5
    assert first.pages_read <= 2 * LIMIT + 20


async def test_builds_that_made_a_file_are_found_in_indexes_and_only_the_oldest_are_looked_at(connection):
    explaining = Explaining(connection)
    _, total = await origins.of_artifact(explaining, COMMON, tenant="default", limit=20)
    scanned = {node["Index Name"] for node in explaining.nodes if "Index Name" in node}
    looked_at = sum(node["Actual Rows"] * node["Actual Loops"] for node in explaining.nodes if of_builds(node))
    assert ({"artifact_builds_by_tenant", "builds_pkey"}, 1000, 20) == (scanned, total, looked_at)


def of_builds(node):
    return node.get("Index Name") == "builds_pkey" or node.get("Relation Name") == "builds"


async def test_a_claim_looks_at_the_queue_and_at_what_ran_out_and_at_nothing_else(connection):
    explaining = Explaining(connection)
    assert await claims.claim(explaining, "one", lease_s=30, shares=EQUAL) is not None
    scans = {
        node.get("Index Name") for node in explaining.nodes if "Scan" in node["Node Type"] and "Index Name" in node
    }
    assert scans & INDEXES_OF_WAITING
    assert scans & {"builds_leased", "builds_by_state"}
    # The turns are one row for each tenant; a sequence is one row.
    tables = {node["Relation Name"] for node in explaining.nodes if node["Node Type"] == "Seq Scan"}
    assert tables <= {"queue_turns", "queue_turn"}
    # Of the thousand that wait, the first of each tenant, the next one and the one that is taken.
    assert sum(rows_of_builds(node) for node in explaining.nodes) < 120


def rows_of_builds(node):
    return node["Actual Rows"] * node["Actual Loops"] if node.get("Relation Name") == "builds" else 0


async def test_the_depth_of_the_queue_is_counted_in_an_index(connection):
    explaining = Explaining(connection)
    assert await claims.depth(explaining) > 900
    # The other one holds the waiting builds side by side too: what the database takes for cheaper it may not know.
    assert {node["Index Name"] for node in explaining.nodes if "Index Name" in node} <= INDEXES_OF_WAITING
    assert not [node for node in explaining.nodes if node["Node Type"] == "Seq Scan"]


async def test_the_outbox_is_read_from_its_beginning(connection):
    explaining = Explaining(connection)
    await outbox.oldest(explaining, 200)
    # Each entry's trace stands with its build.
    assert {"outbox_pkey", "builds_pkey"} == {node["Index Name"] for node in explaining.nodes if "Index Name" in node}
