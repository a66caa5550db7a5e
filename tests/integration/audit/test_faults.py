"""The database fails: callers are told, repeat with the same ids, and each event stands once."""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractAsyncContextManager

import asyncpg
import pytest
from pcf_audit.domain.event import Event
from pcf_audit.domain.growth import Receipt
from pcf_audit.errors import StoreUnavailable
from pcf_audit.ledger import Ledger

from tests.integration.audit.conftest import EventMaker, instance_on, migrate, until
from tests.servers.postgres import Postgres
from tests.servers.postgres import postgres as running_postgres
from tests.servers.proxy import Proxy

pytestmark = pytest.mark.slow

Proxied = Callable[[str, int], AbstractAsyncContextManager[Proxy]]
QUICKLY_S = 0.5


def through(url: str, port: int, proxy: Proxy) -> str:
    return url.replace(f":{port}/", f":{proxy.port}/")


async def appended(ledger: Ledger, events: Sequence[Event]) -> tuple[Receipt, ...]:
    """As a caller does who was told to repeat."""
    async with asyncio.timeout(20):
        while True:
            try:
                return await ledger.append(events)
            except StoreUnavailable:
                await asyncio.sleep(0.01)


@pytest.mark.parametrize("fault", ["refuse", "cut", "hang"])
async def test_a_database_that_is_away_is_told_and_come_back_to(
    postgres: Postgres, audit_url: str, proxied: Proxied, make_event: EventMaker, fault: str
):
    async with (
        proxied("127.0.0.1", postgres.port) as proxy,
        instance_on(through(audit_url, postgres.port, proxy), statement_timeout_s=QUICKLY_S) as instance,
    ):
        await instance.ledger.append([make_event(0)])
        getattr(proxy, fault)()
        call = asyncio.ensure_future(instance.ledger.append([make_event(1)]))
        if fault == "cut":  # the next connection passes: the call may be the one that was hit, or not
            await asyncio.wait([call])
        else:
            with pytest.raises(StoreUnavailable):
                await call
            with pytest.raises(StoreUnavailable):
                await instance.ledger.check()
        proxy.pass_()
        await appended(instance.ledger, [make_event(1), make_event(2)])

        assert [make_event(number).event_id for number in range(3)] == await instance.stored()


@pytest.fixture(scope="module")
def own_postgres() -> Iterator[Postgres]:
    """One whose settings a test may change, and which it may kill."""
    with running_postgres(durable=True) as server:
        yield server


async def test_a_commit_whose_answer_is_lost_is_appended_once(
    own_postgres: Postgres, proxied: Proxied, make_event: EventMaker
):
    """The commit waits for a standby that never comes: it is on disk, and nobody has been told."""
    database = own_postgres.create_database()
    url = own_postgres.url(database)
    await migrate(url)
    waiting = "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'SyncRep'"
    events = [make_event(number) for number in range(3)]
    async with (
        proxied("127.0.0.1", own_postgres.port) as proxy,
        instance_on(through(url, own_postgres.port, proxy)) as instance,
    ):
        await instance.ledger.append([make_event(9)])
        own_postgres.execute("ALTER SYSTEM SET synchronous_standby_names = 'nobody'")
        own_postgres.execute("SELECT pg_reload_conf()")
        call = asyncio.ensure_future(instance.ledger.append(events))
        await until(lambda: asyncio.to_thread(lambda: own_postgres.execute(waiting) == "1"))
        proxy.cut()
        with pytest.raises(StoreUnavailable):
            await call
        own_postgres.execute("ALTER SYSTEM RESET synchronous_standby_names")
        own_postgres.execute("SELECT pg_reload_conf()")
        receipts = await appended(instance.ledger, events)

        assert [(receipt.index, receipt.is_duplicate) for receipt in receipts] == [(1, True), (2, True), (3, True)]
        assert len(await instance.stored()) == 4


async def test_what_only_the_primary_has_is_not_acknowledged_to_who_repeats(
    own_postgres: Postgres, make_event: EventMaker
):
    """The wait for a standby that is away was given up: everybody sees the events, and a failover would lose them."""
    url = own_postgres.url(own_postgres.create_database())
    await migrate(url)
    events = [make_event(number) for number in range(3)]
    async with instance_on(url, statement_timeout_s=QUICKLY_S) as instance:
        await instance.ledger.append([make_event(9)])
        own_postgres.execute("ALTER SYSTEM SET synchronous_standby_names = 'nobody'")
        own_postgres.execute("SELECT pg_reload_conf()")
        for _ in range(2):
            with pytest.raises(StoreUnavailable):
                await instance.ledger.append(events)
        assert len(await instance.stored()) == 4
        own_postgres.execute("ALTER SYSTEM RESET synchronous_standby_names")
        own_postgres.execute("SELECT pg_reload_conf()")
        receipts = await appended(instance.ledger, events)

        assert [(receipt.index, receipt.is_duplicate) for receipt in receipts] == [(1, True), (2, True), (3, True)]


async def test_a_killed_database_loses_nothing_that_was_acknowledged(own_postgres: Postgres, make_event: EventMaker):
    url = own_postgres.url(own_postgres.create_database())
    await migrate(url)
    async with instance_on(url) as instance:
        acknowledged: list[str] = []

        async def caller(first: int) -> None:
            for number in range(first, first + 60):
                [receipt] = await appended(instance.ledger, [make_event(number)])
                acknowledged.append(receipt.event_id)

        callers = [asyncio.create_task(caller(1_000 * each)) for each in range(8)]
        for count in (50, 200):
            await until(lambda: _reached(acknowledged, count))  # noqa: B023 - awaited at once
            await asyncio.to_thread(own_postgres.kill)
            await asyncio.to_thread(own_postgres.start)
        await asyncio.gather(*callers)
        stored = await instance.stored()

    assert sorted(acknowledged) == sorted(stored)
    assert len(stored) == 480


async def _reached(acknowledged: list[str], count: int) -> bool:
    return len(acknowledged) >= count


async def test_instances_that_append_at_once_leave_one_log(audit_url: str, make_event: EventMaker):
    """Each with the same events in another order, cut into other calls."""
    async with instance_on(audit_url) as one, instance_on(audit_url) as other, instance_on(audit_url) as third:
        numbers = range(300)
        calls = [
            instance.ledger.append([make_event(number) for number in numbers[at : at + size]])
            for instance, size in ((one, 7), (other, 11), (third, 50))
            for at in range(0, 300, size)
        ]
        receipts = [receipt for call in await asyncio.gather(*calls) for receipt in call]
        stored = await one.stored()

        assert sorted(make_event(number).event_id for number in numbers) == sorted(stored)
        assert sum(not receipt.is_duplicate for receipt in receipts) == 300
        assert {(event_id, index) for index, event_id in enumerate(stored)} == {
            (receipt.event_id, receipt.index) for receipt in receipts
        }
        assert stored == await other.stored()


async def test_a_full_queue_of_connections_is_told(audit_url: str, make_event: EventMaker, postgres: Postgres):
    """Somebody holds the writer's lock: the statement's time limit ends the wait."""
    connection = await asyncpg.connect(audit_url)
    async with instance_on(audit_url, statement_timeout_s=QUICKLY_S) as instance:
        await instance.ledger.append([make_event(0)])
        async with connection.transaction():
            await connection.execute("SELECT pg_advisory_xact_lock(7262118)")
            with pytest.raises(StoreUnavailable):
                await instance.ledger.append([make_event(1)])
        await appended(instance.ledger, [make_event(1)])

        assert len(await instance.stored()) == 2
    await connection.close()


async def test_a_standby_takes_nothing_until_it_is_promoted(make_event: EventMaker):
    with running_postgres(durable=True) as primary, primary.standby() as standby:
        url = primary.url(primary.create_database())
        await migrate(url)
        hosts = url.replace(f"127.0.0.1:{primary.port}", f"127.0.0.1:{primary.port},127.0.0.1:{standby.port}")
        async with instance_on(hosts) as instance:
            await instance.ledger.append([make_event(number) for number in range(5)])
            await asyncio.to_thread(primary.kill)
            with pytest.raises(StoreUnavailable):
                await instance.ledger.append([make_event(5)])
            await asyncio.to_thread(standby.promote)
            await appended(instance.ledger, [make_event(number) for number in range(7)])

            assert [make_event(number).event_id for number in range(7)] == await instance.stored()
