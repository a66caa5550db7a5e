"""The log's operations, on every store."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from pcf_audit.domain import instant
from pcf_audit.domain.event import Entry, Event, Outcome
from pcf_audit.domain.reader import Reader
from pcf_audit.domain.selection import LAST, Filter, Selection
from pcf_audit.domain.tree import EMPTY, Head, Leaf
from pcf_audit.errors import EventIdReused, EventNotFound, KeysDiffer, LogDamaged
from pcf_audit.ledger import Ledger
from pcf_audit.metrics import AuditMetrics
from pcf_audit.notary import Notary
from pcf_audit.vault import Vault
from pcf_runtime.sealing import Sealer
from pcf_runtime.testing import FakeClock
from prometheus_client import CollectorRegistry

from tests.unit.audit.memory_store import MemoryStore

EVERYBODY = Reader("default", all_tenants=True)

Maker = Callable[..., Event]
ALL = Filter()


async def append_each_second(ledger: Ledger, clock: FakeClock, events: Sequence[Event]) -> None:
    for event in events:
        await ledger.append([event])
        clock.advance(1)


async def listed(ledger: Ledger, filter_: Filter = ALL) -> list[int]:
    page = await ledger.page(filter_, end=LAST, limit=1_000)
    return [recorded.index for recorded in page.entries]


async def exported(ledger: Ledger, filter_: Filter = ALL) -> list[int]:
    return [recorded.index async for recorded in ledger.export(filter_)]


def second(number: int) -> int:
    return instant.from_datetime(datetime(2026, 1, 1, tzinfo=UTC)) + number * 1_000_000_000


async def test_an_appended_event_can_be_got(ledger: Ledger, make_event: Maker):
    [receipt] = await ledger.append([make_event(5)])
    recorded = await ledger.get(make_event(5).event_id, reader=EVERYBODY)

    assert make_event(5) == recorded.event
    assert (receipt.index, receipt.leaf_hash) == (recorded.index, recorded.leaf_hash)


async def test_an_event_carries_the_time_of_its_recording(ledger: Ledger, clock: FakeClock, make_event: Maker):
    await append_each_second(ledger, clock, [make_event(0), make_event(1)])

    assert second(1) == (await ledger.get(make_event(1).event_id, reader=EVERYBODY)).record_time_ns


async def test_an_unknown_event_is_not_found(ledger: Ledger, make_event: Maker):
    with pytest.raises(EventNotFound) as refused:
        await ledger.get(make_event(0).event_id, reader=EVERYBODY)

    assert {"event_id": make_event(0).event_id} == refused.value.metadata


async def test_appending_again_changes_nothing(ledger: Ledger, make_event: Maker):
    events = [make_event(number) for number in range(3)]
    first = await ledger.append(events)
    again = await ledger.append(events)

    assert [(given.index, given.leaf_hash) for given in first] == [(given.index, given.leaf_hash) for given in again]
    assert [given.is_duplicate for given in again] == [True] * 3
    assert await listed(ledger) == [2, 1, 0]


async def test_a_reused_id_refuses_the_whole_call(ledger: Ledger, make_event: Maker):
    await ledger.append([make_event(0)])
    with pytest.raises(EventIdReused) as refused:
        await ledger.append([make_event(1), make_event(0, details={})])

    assert {"event_id": make_event(0).event_id} == refused.value.metadata
    assert await listed(ledger) == [0]


async def test_concurrent_calls_are_each_whole_or_refused(ledger: Ledger, make_event: Maker):
    calls = [[make_event(number), make_event(100, actor=f"actor {number % 2}")] for number in range(40)]
    answers = await asyncio.gather(*(ledger.append(events) for events in calls), return_exceptions=True)
    stored = {recorded.event.event_id async for recorded in ledger.export(ALL)}

    taken = [number for number, answer in enumerate(answers) if not isinstance(answer, EventIdReused)]
    assert list(range(0, 40, 2)) == taken
    assert {make_event(number).event_id for number in (*taken, 100)} == stored
    assert (await ledger.verify()).broken is None


async def test_a_page_ends_with_where_the_next_begins(ledger: Ledger, make_event: Maker):
    await ledger.append([make_event(number) for number in range(5)])
    first = await ledger.page(ALL, end=LAST, limit=2)
    assert first.next_end is not None
    second_ = await ledger.page(ALL, end=first.next_end, limit=2)
    assert second_.next_end is not None
    third = await ledger.page(ALL, end=second_.next_end, limit=2)

    assert [[recorded.index for recorded in page.entries] for page in (first, second_, third)] == [
        [4, 3],
        [2, 1],
        [0],
    ]
    assert third.next_end is None


async def test_a_page_that_takes_all_is_the_last(ledger: Ledger, make_event: Maker):
    await ledger.append([make_event(number) for number in range(4)])

    assert (await ledger.page(ALL, end=LAST, limit=4)).next_end is None


async def test_pages_stay_while_the_log_grows(ledger: Ledger, make_event: Maker):
    await ledger.append([make_event(number) for number in range(4)])
    first = await ledger.page(ALL, end=LAST, limit=2)
    await ledger.append([make_event(number) for number in range(4, 8)])
    assert first.next_end is not None
    rest = await ledger.page(ALL, end=first.next_end, limit=9)

    assert [recorded.index for recorded in rest.entries] == [1, 0]


@pytest.mark.parametrize(
    ("filter_", "found"),
    [
        (Filter(start_ns=second(3)), [5, 4, 3]),
        (Filter(end_ns=second(3)), [2, 1, 0]),
        (Filter(start_ns=second(1), end_ns=second(3)), [2, 1]),
        (Filter(start_ns=second(1) + 1, end_ns=second(3) + 1), [3, 2]),
        (Filter(start_ns=second(3), end_ns=second(3)), []),
        (Filter(start_ns=second(4), end_ns=second(2)), []),
        (Filter(start_ns=second(99)), []),
        (Filter(end_ns=second(-99)), []),
        (Filter(start_ns=second(-99), end_ns=second(99)), [5, 4, 3, 2, 1, 0]),
        (Filter(start_ns=-(10**20), end_ns=10**20), [5, 4, 3, 2, 1, 0]),
        (Filter(start_ns=10**20), []),
        (Filter(end_ns=-(10**20)), []),
        (Filter(build=f"builds/{1:026d}"), [5, 4, 3]),
        (Filter(build=f"builds/{1:026d}", end_ns=second(5)), [4, 3]),
        (Filter(actor="nobody"), []),
        (Filter(type="build.created", start_ns=second(5)), [5]),
    ],
)
async def test_a_filter_gives_what_fits(
    ledger: Ledger, clock: FakeClock, make_event: Maker, filter_: Filter, found: list[int]
):
    await append_each_second(ledger, clock, [make_event(number) for number in range(6)])

    assert found == await listed(ledger, filter_)
    assert found[::-1] == await exported(ledger, filter_)


async def test_a_clock_that_goes_back_keeps_times_a_range_of_the_log(
    ledger: Ledger, clock: FakeClock, make_event: Maker
):
    await ledger.append([make_event(0)])
    clock.advance(-60)
    await ledger.append([make_event(1)])

    assert await listed(ledger, Filter(start_ns=second(0))) == [1, 0]


async def test_an_export_is_as_of_its_beginning(ledger: Ledger, make_event: Maker):
    await ledger.append([make_event(number) for number in range(3)])
    export = ledger.export(ALL)
    begun = [(await anext(export)).index]
    await ledger.append([make_event(3)])

    assert begun + [recorded.index async for recorded in export] == [0, 1, 2]


async def test_an_export_goes_over_many_pages(ledger: Ledger, make_event: Maker):
    await ledger.append([make_event(number) for number in range(1_203)])

    assert list(range(1_203)) == await exported(ledger)


async def test_appending_goes_on_during_an_export(ledger: Ledger, make_event: Maker):
    await ledger.append([make_event(number) for number in range(600)])
    export = ledger.export(ALL)
    await anext(export)
    await ledger.append([make_event(600)])

    assert len([recorded async for recorded in export]) == 599


class DamagedStore(MemoryStore):
    """Somebody was at its one leaf."""

    def __init__(self, content: bytes) -> None:
        super().__init__()
        self._leaf = Leaf(0, content, b"x")

    async def head(self) -> Head:
        return replace(EMPTY, size=1)

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[Any]:
        yield self

    async def find(self, _event_id: str) -> Leaf:
        return self._leaf

    async def known(self, _event_ids: Collection[str]) -> Sequence[Leaf]:
        return [self._leaf]

    async def read(self, _selection: Selection, **_options: object) -> Sequence[Leaf]:
        return [self._leaf]


LedgerOn = Callable[[MemoryStore], Ledger]


@pytest.fixture
def ledger_on(notary: Notary, master: Sealer, clock: FakeClock, registry: CollectorRegistry) -> LedgerOn:
    """A ledger on a store of the test's own."""

    def on(store: MemoryStore) -> Ledger:
        return Ledger(
            store,
            vault=Vault(store, [master], elapsed_s=lambda: clock.now().timestamp()),
            notary=notary,
            clock=clock,
            metrics=AuditMetrics(registry),
            max_batch_events=1,
            max_waiting_events=1,
        )

    return on


UNSEALED = Entry(Event("x", "t", 0, "anna", Outcome.FAILED), 0, 0).content()


@pytest.mark.parametrize("content", [b"{}", UNSEALED], ids=["no entry", "not sealed"])
@pytest.mark.parametrize(
    "operation",
    [
        lambda ledger: ledger.get("x", reader=EVERYBODY),
        lambda ledger: ledger.page(ALL, end=LAST, limit=1),
        lambda ledger: anext(ledger.export(ALL)),
    ],
    ids=["get", "page", "export"],
)
async def test_content_that_is_no_entry_of_ours_is_damage(
    ledger_on: LedgerOn, content: bytes, operation: Callable[[Ledger], Awaitable[object]]
):
    with pytest.raises(LogDamaged):
        await operation(ledger_on(DamagedStore(content)))


class ForgedStore(DamagedStore):
    """Its head says what nobody signed."""

    async def head(self) -> Head:
        return Head(0, 1, b"x" * 32, (b"x" * 32,), "note", 0)


async def test_nothing_is_built_on_a_head_that_we_did_not_sign(ledger_on: LedgerOn, make_event: Maker):
    ledger = ledger_on(ForgedStore(b"{}"))
    with pytest.raises(KeysDiffer, match="newest checkpoint of the log is not ours"):
        await ledger.append([make_event(0)])
    with pytest.raises(KeysDiffer):
        await ledger.check()


async def test_personal_data_comes_back(ledger: Ledger, make_event: Maker):
    event = make_event(0, tenant="contoso", personal={"prompt": "a \N{WHITE MEDIUM STAR} rating", "note": ""})
    await ledger.append([event])

    assert event == (await ledger.get(event.event_id, reader=EVERYBODY)).event


async def test_an_actor_is_one_of_a_tenant(ledger: Ledger, make_event: Maker):
    tenants = ("default", "contoso", "fabrikam")
    await ledger.append([make_event(number, tenant=tenants[number % 3]) for number in range(6)])
    who = "maker@example.com"

    assert await listed(ledger, Filter(actor=who)) == [3, 0]
    assert await listed(ledger, Filter(actor=who, tenant="contoso")) == [4, 1]
    assert await listed(ledger, Filter(actor=who, tenant="nobody")) == []
    assert await listed(ledger, Filter(tenant="fabrikam")) == [5, 2]
