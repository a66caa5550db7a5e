"""Group commit: who waits, who goes together, who is answered what."""

import asyncio
import contextvars
from collections.abc import Callable, Sequence

import pytest
from pcf_audit.domain.event import Event
from pcf_audit.domain.growth import Receipt
from pcf_audit.domain.tenant_key import Sealed
from pcf_audit.errors import EventIdReused, LogBusy, StoreUnavailable
from pcf_audit.writer import Answer, GroupWriter

Maker = Callable[..., Sealed]
CALLER = contextvars.ContextVar("caller", default="nobody")


class DiskError(Exception):
    """Something nobody foresaw."""


def receipts(events: Sequence[Sealed]) -> tuple[Receipt, ...]:
    return tuple(Receipt(event.event.event_id, 0, b"hash", is_duplicate=False) for event in events)


class FakeLog:
    """Stores when told to, and remembers which calls came together."""

    def __init__(self) -> None:
        self.batches: list[list[str]] = []
        self.callers: list[str] = []
        self.answers: Callable[[Sequence[Sealed]], Answer] = receipts
        self.error: Exception | None = None
        self.begun = asyncio.Event()
        self.may_store = asyncio.Event()
        self.may_store.set()

    async def commit(self, calls: Sequence[Sequence[Sealed]]) -> Sequence[Answer]:
        self.batches.append([event.event.event_id for events in calls for event in events])
        self.callers.append(CALLER.get())
        self.begun.set()
        await self.may_store.wait()
        if self.error:
            raise self.error
        return [self.answers(events) for events in calls]


@pytest.fixture
def make_call(make_event: Callable[..., Event]) -> Maker:
    """The nth event of a dull day, ready to be stored."""
    return lambda number: Sealed(make_event(number), "maker@example.com")


@pytest.fixture
def log() -> FakeLog:
    return FakeLog()


@pytest.fixture
def writer(log: FakeLog) -> GroupWriter:
    return GroupWriter(log.commit, max_batch_events=4, max_waiting_events=6)


async def held_up(writer: GroupWriter, log: FakeLog, event: Sealed) -> "asyncio.Task[tuple[Receipt, ...]]":
    """A call that is being stored, so that all others wait."""
    log.may_store.clear()
    task = asyncio.create_task(writer.append([event]))
    await log.begun.wait()
    return task


async def waiting(writer: GroupWriter, calls: Sequence[Sequence[Sealed]]) -> "list[asyncio.Task[tuple[Receipt, ...]]]":
    """Calls that are in the queue."""
    tasks = [asyncio.create_task(writer.append(events)) for events in calls]
    await asyncio.sleep(0)
    return tasks


async def test_a_call_is_answered_with_its_own_receipts(writer: GroupWriter, make_call: Maker):
    answers = await asyncio.gather(*(writer.append([make_call(number)]) for number in range(3)))

    assert [receipts([make_call(number)]) for number in range(3)] == answers


async def test_calls_that_wait_go_together(writer: GroupWriter, log: FakeLog, make_call: Maker):
    first = await held_up(writer, log, make_call(0))
    rest = await waiting(writer, [[make_call(1)], [make_call(2), make_call(3)]])
    log.may_store.set()
    await asyncio.gather(first, *rest)

    assert [[make_call(0).event.event_id], [make_call(number).event.event_id for number in (1, 2, 3)]] == log.batches


async def test_nobody_is_answered_before_the_commit(writer: GroupWriter, log: FakeLog, make_call: Maker):
    first = await held_up(writer, log, make_call(0))
    [second] = await waiting(writer, [[make_call(1)]])

    assert not first.done()
    assert not second.done()
    log.may_store.set()
    await asyncio.gather(first, second)


async def test_a_batch_holds_no_more_than_its_limit(writer: GroupWriter, log: FakeLog, make_call: Maker):
    first = await held_up(writer, log, make_call(0))
    rest = await waiting(writer, [[make_call(1)] * 3, [make_call(2)] * 2])
    log.may_store.set()
    await asyncio.gather(first, *rest)

    assert [len(batch) for batch in log.batches] == [1, 3, 2]


async def test_a_call_bigger_than_a_batch_goes_alone(writer: GroupWriter, log: FakeLog, make_call: Maker):
    await writer.append([make_call(number) for number in range(9)])

    assert [len(batch) for batch in log.batches] == [9]


async def test_a_full_queue_refuses_a_call(writer: GroupWriter, log: FakeLog, make_call: Maker):
    first = await held_up(writer, log, make_call(0))
    rest = await waiting(writer, [[make_call(number)] * 3 for number in (1, 2)])
    with pytest.raises(LogBusy) as refused:
        await writer.append([make_call(3)])
    log.may_store.set()
    await asyncio.gather(first, *rest)

    assert refused.value.retry_after_s == 1.0


async def test_a_queue_that_emptied_takes_calls_again(writer: GroupWriter, log: FakeLog, make_call: Maker):
    first = await held_up(writer, log, make_call(0))
    rest = await waiting(writer, [[make_call(number)] * 3 for number in (1, 2)])
    log.may_store.set()
    await asyncio.gather(first, *rest)

    assert receipts([make_call(3)]) == await writer.append([make_call(3)])


async def test_an_error_reaches_every_call_of_the_batch(writer: GroupWriter, log: FakeLog, make_call: Maker):
    log.error = DiskError()
    answers = await asyncio.gather(*(writer.append([make_call(number)]) for number in range(2)), return_exceptions=True)

    assert [log.error, log.error] == answers


async def test_the_writer_goes_on_after_an_error(writer: GroupWriter, log: FakeLog, make_call: Maker):
    log.error = DiskError()
    with pytest.raises(DiskError):
        await writer.append([make_call(0)])
    log.error = None

    assert receipts([make_call(0)]) == await writer.append([make_call(0)])


async def test_a_refused_call_does_not_spoil_the_others(writer: GroupWriter, log: FakeLog, make_call: Maker):
    refused = EventIdReused(make_call(1).event.event_id)
    log.answers = lambda events: refused if events == [make_call(1)] else receipts(events)
    answers = await asyncio.gather(*(writer.append([make_call(number)]) for number in range(3)), return_exceptions=True)

    assert [receipts([make_call(0)]), refused, receipts([make_call(2)])] == answers


async def test_a_caller_that_left_while_waiting_is_not_stored(writer: GroupWriter, log: FakeLog, make_call: Maker):
    first = await held_up(writer, log, make_call(0))
    gone, stays = await waiting(writer, [[make_call(1)], [make_call(2)]])
    gone.cancel()
    log.may_store.set()
    await asyncio.gather(first, stays)

    assert [[make_call(0).event.event_id], [make_call(2).event.event_id]] == log.batches


async def test_a_caller_that_leaves_during_the_commit_does_not_stop_it(
    writer: GroupWriter, log: FakeLog, make_call: Maker
):
    first = await held_up(writer, log, make_call(0))
    first.cancel()
    [second] = await waiting(writer, [[make_call(1)]])
    log.may_store.set()

    assert receipts([make_call(1)]) == await second


async def test_a_commit_runs_outside_its_callers_context(writer: GroupWriter, log: FakeLog, make_call: Maker):
    CALLER.set("somebody")
    await writer.append([make_call(0)])

    assert log.callers == ["nobody"]


async def test_closing_stores_what_waits(writer: GroupWriter, log: FakeLog, make_call: Maker):
    first = await held_up(writer, log, make_call(0))
    [second] = await waiting(writer, [[make_call(1)]])
    log.may_store.set()
    await writer.close()

    assert receipts([make_call(0)]) == first.result()
    assert receipts([make_call(1)]) == second.result()


async def test_a_closed_writer_refuses(writer: GroupWriter, make_call: Maker):
    await writer.close()

    with pytest.raises(StoreUnavailable):
        await writer.append([make_call(0)])
