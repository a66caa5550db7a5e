"""Money on PostgreSQL: instances that share a cap, one that is killed, what the service may do, and a million calls."""

import asyncio
import os
import signal
import sys
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import date

import asyncpg
import pytest
from pcf_generator.adapters.postgres.opening import open_database
from pcf_generator.adapters.postgres.spending import PostgresPurse
from pcf_generator.models.calls import Usage
from pcf_generator.models.money import CapReached, DayCaps, Payer, Spent
from pcf_runtime.ids import new_ulid
from pcf_runtime.postgres.commands import migrate

CAP = 1_000_000
PAYER = Payer("contoso", "0" * 26)
ALWAYS = {"first_day": date.min, "last_day": date.max}
MANY = 1_000_000
DAYS = 1000
FILL = f"""
INSERT INTO model_calls (id, tenant, build_id, day, reserve_time, reserved_micros, state, end_time, provider, model,
  purpose, outcome, input_tokens, output_tokens, cost_micros)
SELECT lpad(n::text, 26, '0'), 'tenant-' || n % 100, lpad((n / 4)::text, 26, '0'), date '2020-01-01' + n % {DAYS},
  now(), 9, state, CASE state WHEN 'settled' THEN now() END, CASE state WHEN 'settled' THEN 'scripted' END,
  CASE state WHEN 'settled' THEN 'small' END, CASE state WHEN 'settled' THEN 'INTERPRET_INTENT' END,
  CASE state WHEN 'settled' THEN 'answered' END, CASE state WHEN 'settled' THEN 7 END,
  CASE state WHEN 'settled' THEN 3 END, CASE state WHEN 'settled' THEN 5 END
FROM (SELECT n, CASE WHEN n % 1000 = 0 THEN 'reserved' ELSE 'settled' END AS state
  FROM generate_series(1, {MANY}) AS n) AS made;
INSERT INTO spending_by_model (tenant, day, provider, model, calls, failed, cancelled, input_tokens, output_tokens,
  cost_micros)
SELECT 'tenant-' || n % 100, date '2020-01-01' + (n / 100) % {DAYS}, 'scripted', 'model-' || n / (100 * {DAYS}),
  1, 0, 0, 7, 3, 5 FROM generate_series(0, {MANY - 1}) AS n
"""
HOLDER = """
import asyncio, sys
from pcf_generator.adapters.postgres.opening import open_database
from pcf_generator.adapters.postgres.spending import PostgresPurse
from pcf_generator.models.money import DayCaps, Payer
from pcf_runtime.ids import new_ulid

async def hold():
    async with open_database(sys.argv[1], size=1) as database:
        purse = PostgresPurse(database, caps=DayCaps(1_000_000), new_id=new_ulid)
        print(await purse.reserve(Payer("contoso", "0" * 26), 400_000), flush=True)
        await asyncio.Event().wait()

asyncio.run(hold())
"""


def spent(cost, outcome="answered", model="small"):
    return Spent("scripted", model, "INTERPRET_INTENT", Usage(7, 3), cost, outcome)


async def opened(stack, url):
    database = await stack.enter_async_context(open_database(url, size=5))
    return PostgresPurse(database, caps=DayCaps(CAP), new_id=new_ulid)


@pytest.fixture
async def purses(builds_url):
    """Two instances, each with a pool of its own."""
    async with AsyncExitStack() as stack:
        yield [await opened(stack, builds_url) for _ in range(2)]


async def test_two_hundred_at_once_from_two_instances_never_pass_the_cap(purses):
    """What they hold together is looked at from a third place all the while, and is the cap in the end."""

    async def reserve(number):
        try:
            return await purses[number % 2].reserve(PAYER, 7_000)
        except CapReached:
            return None

    held = [name for name in await asyncio.gather(*(reserve(number) for number in range(200))) if name]
    standing = await purses[0].standing("contoso", **ALWAYS)
    assert (142, 142 * 7_000) == (len(held), standing.counted_micros)


async def test_calls_at_once_that_end_in_every_way_leave_sums_that_agree(purses, builds_url):
    """Each is ended twice and from both instances: by whichever comes first."""

    async def call(number):
        name = await purses[number % 2].reserve(PAYER, 100)
        outcome = ("answered", "failed", "cancelled")[number % 3]
        ends = [each.settle(name, spent(number, outcome, f"model-{number % 4}")) for each in purses]
        if number % 5 == 0:
            ends.append(purses[0].release(name))
        await asyncio.gather(*ends)

    await asyncio.gather(*(call(number) for number in range(400)))
    standing = await purses[0].standing("contoso", **ALWAYS)
    total = standing.total
    assert (400, 133, 133, sum(range(400))) == (total.calls, total.failed, total.cancelled, total.cost_micros)
    assert total.cost_micros == standing.counted_micros
    connection = await asyncpg.connect(builds_url)
    query = "SELECT count(*), sum(cost_micros), sum(input_tokens) FROM model_calls WHERE state = 'settled'"
    row = await connection.fetchrow(query)
    await connection.close()
    assert (400, total.cost_micros, total.usage.input_tokens) == tuple(row)


async def test_what_a_killed_instance_had_reserved_counts_on_and_is_told_once_it_ran_out(purses, builds_url):
    child = await asyncio.create_subprocess_exec(
        sys.executable, "-c", HOLDER, builds_url, stdout=asyncio.subprocess.PIPE
    )
    async with asyncio.timeout(30):
        name = (await child.stdout.readline()).decode().strip()
    os.kill(child.pid, signal.SIGKILL)
    await child.wait()
    assert 600_000 == (await purses[0].standing("contoso", **ALWAYS)).left_micros
    # As if it had been a while ago: the time is the database's.
    connection = await asyncpg.connect(builds_url)
    await connection.execute("UPDATE model_calls SET reserve_time = reserve_time - interval '900 seconds'")
    await connection.close()
    standing = await purses[0].standing("contoso", **ALWAYS)
    assert (1, 400_000, 600_000) == (standing.unsettled, standing.unsettled_micros, standing.left_micros)
    with pytest.raises(CapReached):
        await purses[1].reserve(PAYER, 600_001)
    await purses[1].settle(name, spent(30))
    standing = await purses[0].standing("contoso", **ALWAYS)
    assert (0, CAP - 30) == (standing.unsettled, standing.left_micros)


async def test_the_group_role_may_do_what_the_purse_does_and_change_nothing_else(builds_url, postgres):
    postgres.execute("DROP ROLE IF EXISTS spender; CREATE ROLE spender LOGIN PASSWORD 'secret' IN ROLE pcf_generator")
    url = postgres.url(builds_url.rpartition("/")[2], user="spender", password="secret")
    async with AsyncExitStack() as stack:
        purse = await opened(stack, url)
        await purse.settle(await purse.reserve(PAYER, 100), spent(10))
        await purse.release(await purse.reserve(PAYER, 100))
        assert CAP - 10 == (await purse.standing("contoso", **ALWAYS)).left_micros
    connection = await asyncpg.connect(url)
    for forbidden in (
        "DELETE FROM model_calls",
        "UPDATE model_calls SET tenant = 'x'",
        "UPDATE model_calls SET reserved_micros = 0",
        "DELETE FROM spending_days",
        "UPDATE spending_days SET day = day - 1",
        "UPDATE spending_by_model SET model = 'x'",
        "TRUNCATE spending_by_model",
    ):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await connection.execute(forbidden)
    await connection.close()


@pytest.fixture(scope="module")
def filled_url(postgres):
    """A million calls and a million lines, of which the database knows nothing: they were never analysed."""
    name = postgres.create_database()
    assert 0 == migrate(postgres.url(name), service="generator")
    postgres.execute("ALTER TABLE model_calls SET (autovacuum_enabled = off)", database=name)
    postgres.execute("ALTER TABLE spending_by_model SET (autovacuum_enabled = off)", database=name)
    postgres.execute(FILL, database=name)
    yield postgres.url(name)
    postgres.drop_database(name)


@pytest.mark.slow
@pytest.mark.parametrize("analysed", [False, True])
async def test_nothing_of_a_million_calls_is_looked_through(filled_url, postgres, analysed):
    """Every statement finds what it needs in an index, whatever the database believes of the tables."""
    if analysed:
        vacuum = "VACUUM ANALYZE"
        await asyncio.to_thread(postgres.execute, vacuum, database=filled_url.rpartition("/")[2])
    connection = await asyncpg.connect(filled_url)
    before = await scans(connection)
    async with AsyncExitStack() as stack:
        await use_it_all(await opened(stack, filled_url))
    # A connection that is closed has told the server what it did.
    async with asyncio.timeout(20):
        while (now := await scans(connection)).inserted < before.inserted + 2:
            await connection.execute("SELECT pg_stat_clear_snapshot()")
    await connection.close()
    assert before.scans == now.scans


async def use_it_all(purse):
    month = {"first_day": date(2021, 1, 1), "last_day": date(2021, 1, 31)}
    page = await purse.usage("tenant-7", **month, after=(date(2021, 1, 15), "scripted", "model-3"), limit=50)
    assert (50, "model-4") == (len(page), page[0].model)
    standing = await purse.standing("tenant-7", **month)
    assert (310, 0) == (standing.total.calls, standing.unsettled)
    assert 4 == sum(line.tally.calls for line in await purse.of_build(f"{7:026d}"))
    await purse.settle(await purse.reserve(PAYER, 100), spent(10))
    await purse.release(await purse.reserve(PAYER, 100))


@dataclass(frozen=True)
class Scans:
    """How often all of a table was looked through, and how many calls were ever made."""

    scans: list[tuple[str, int]]
    inserted: int


async def scans(connection):
    query = "SELECT relname, seq_scan, n_tup_ins FROM pg_stat_user_tables WHERE relname = ANY($1) ORDER BY 1"
    calls, lines = await connection.fetch(query, ["model_calls", "spending_by_model"])
    return Scans([(row["relname"], row["seq_scan"]) for row in (calls, lines)], calls["n_tup_ins"])
