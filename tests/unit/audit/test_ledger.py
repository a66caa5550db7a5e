"""The log's operations, on every store."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime

import pytest
from pcf_audit.domain import instant
from pcf_audit.domain.chain import GENESIS, Head, Link
from pcf_audit.domain.event import Event
from pcf_audit.domain.selection import LAST, Filter, Selection
from pcf_audit.errors import EventIdReused, EventNotFound, LogDamaged
from pcf_audit.ledger import Ledger
from pcf_audit.metrics import AuditMetrics
from pcf_runtime.testing import FakeClock
from prometheus_client import CollectorRegistry

Maker = Callable[..., Event]
ALL = Filter()


async def append_each_second(ledger: Ledger, clock: FakeClock, events: Sequence[Event]) -> None:
    for event in events:
        await ledger.append([event])
        clock.advance(1)


async def listed(ledger: Ledger, filter_: Filter = ALL) -> list[int]:
    page = await ledger.page(filter_, end=LAST, limit=1_000)
    return [recorded.entry.index for recorded in page.entries]


async def exported(ledger: Ledger, filter_: Filter = ALL) -> list[int]:
    return [recorded.entry.index async for recorded in ledger.export(filter_)]


def second(number: int) -> int:
    return instant.from_datetime(datetime(2026, 1, 1, tzinfo=UTC)) + number * 1_000_000_000


async def test_an_appended_event_can_be_got(ledger: Ledger, make_event: Maker):
    [receipt] = await ledger.append([make_event(5)])
    recorded = await ledger.get(make_event(5).event_id)

    assert make_event(5) == recorded.entry.event
    assert (receipt.index, receipt.entry_hash) == (recorded.entry.index, recorded.link.entry_hash)


async def test_an_event_carries_the_time_of_its_recording(ledger: Ledger, clock: FakeClock, make_event: Maker):
    await append_each_second(ledger, clock, [make_event(0), make_event(1)])

    assert second(1) == (await ledger.get(make_event(1).event_id)).entry.record_time_ns


async def test_an_unknown_event_is_not_found(ledger: Ledger, make_event: Maker):
    with pytest.raises(EventNotFound) as refused:
        await ledger.get(make_event(0).event_id)

    assert {"event_id": make_event(0).event_id} == refused.value.metadata


async def test_appending_again_changes_nothing(ledger: Ledger, make_event: Maker):
    events = [make_event(number) for number in range(3)]
    first = await ledger.append(events)
    again = await ledger.append(events)

    assert [(given.index, given.entry_hash) for given in first] == [(given.index, given.entry_hash) for given in again]
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
    stored = {recorded.entry.event.event_id async for recorded in ledger.export(ALL)}

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

    assert [[recorded.entry.index for recorded in page.entries] for page in (first, second_, third)] == [
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

    assert [recorded.entry.index for recorded in rest.entries] == [1, 0]


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
    begun = [(await anext(export)).entry.index]
    await ledger.append([make_event(3)])

    assert begun + [recorded.entry.index async for recorded in export] == [0, 1, 2]


async def test_an_export_goes_over_many_pages(ledger: Ledger, make_event: Maker):
    await ledger.append([make_event(number) for number in range(1_203)])

    assert list(range(1_203)) == await exported(ledger)


async def test_appending_goes_on_during_an_export(ledger: Ledger, make_event: Maker):
    await ledger.append([make_event(number) for number in range(600)])
    export = ledger.export(ALL)
    await anext(export)
    await ledger.append([make_event(600)])

    assert len([recorded async for recorded in export]) == 599


class DamagedStore:
    """Somebody was at its one link."""

    @asynccontextmanager
    async def writing(self) -> AsyncIterator["DamagedStore"]:
        yield self

    async def head(self) -> Head:
        return Head(1, "x", 0)

    async def find(self, _event_id: str) -> Link:
        return Link(0, b"{}", GENESIS, "x")

    async def known(self, _event_ids: Collection[str]) -> Sequence[Link]:
        return [Link(0, b"{}", GENESIS, "x")]

    async def read(self, _selection: Selection, **_options: object) -> Sequence[Link]:
        return [Link(0, b"{}", GENESIS, "x")]


@pytest.fixture
def damaged(clock: FakeClock, registry: CollectorRegistry) -> Ledger:
    return Ledger(
        DamagedStore(),  # type: ignore[arg-type]
        clock=clock,
        metrics=AuditMetrics(registry),
        max_batch_events=1,
        max_waiting_events=1,
    )


@pytest.mark.parametrize(
    "operation",
    [
        lambda ledger: ledger.get("x"),
        lambda ledger: ledger.page(ALL, end=LAST, limit=1),
        lambda ledger: anext(ledger.export(ALL)),
    ],
    ids=["get", "page", "export"],
)
async def test_content_that_is_no_entry_is_damage(damaged: Ledger, operation: Callable[[Ledger], Awaitable[object]]):
    with pytest.raises(LogDamaged):
        await operation(damaged)


async def test_repeating_a_damaged_event_is_damage(damaged: Ledger, make_event: Maker):
    with pytest.raises(LogDamaged):
        await damaged.append([make_event(0)])
