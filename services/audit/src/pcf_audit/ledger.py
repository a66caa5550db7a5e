"""The audit log's operations, on any store: append, get, page, export, verify."""

import time
from collections.abc import AsyncGenerator, AsyncIterator, Iterator, Sequence
from contextlib import aclosing, contextmanager
from dataclasses import dataclass, replace
from typing import Final

from pcf_audit import verification
from pcf_audit.domain import instant
from pcf_audit.domain.chain import Link
from pcf_audit.domain.event import Entry, Event, UnreadableContentError
from pcf_audit.domain.growth import Growth, Receipt, Reuse
from pcf_audit.domain.selection import FIRST, Filter, Selection
from pcf_audit.errors import EventIdReused, EventNotFound, LogDamaged
from pcf_audit.metrics import AuditMetrics
from pcf_audit.ports import Clock, EventStore
from pcf_audit.verification import Verdict
from pcf_audit.writer import Answer, GroupWriter

__all__ = ["Ledger", "Page", "Recorded"]

_CHUNK: Final = 200
"""Links read at a time: a few milliseconds of work, and bearable if each is as large as an event may be."""

_PAGE_BYTES: Final = 2 * 1024 * 1024
"""Content on one page: with all that is around it, well below the 4 MiB that a message may have."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """An entry and the link that chains it."""

    entry: Entry
    link: Link


@dataclass(frozen=True, slots=True)
class Page:
    """Entries, newest first, and the index before which the next page begins; None at the end."""

    entries: Sequence[Recorded]
    next_end: int | None


class Ledger:
    """The one object a servicer talks to. `close` it before its store."""

    def __init__(
        self,
        store: EventStore,
        *,
        clock: Clock,
        metrics: AuditMetrics,
        max_batch_events: int,
        max_waiting_events: int,
    ) -> None:
        self._store = store
        self._clock = clock
        self._metrics = metrics
        self._writer = GroupWriter(
            self._commit, max_batch_events=max_batch_events, max_waiting_events=max_waiting_events
        )

    async def append(self, events: Sequence[Event]) -> tuple[Receipt, ...]:
        """Answers when all of these events are durable; safe to repeat. EventIdReused, LogBusy."""
        began_s = time.perf_counter()
        receipts = await self._writer.append(events)
        self._metrics.answered(time.perf_counter() - began_s)
        return receipts

    async def get(self, event_id: str) -> Recorded:
        """One event, or EventNotFound."""
        link = await self._store.find(event_id)
        if link is None:
            raise EventNotFound(event_id)
        return _recorded(link)

    async def page(self, filter_: Filter, *, end: int, limit: int) -> Page:
        """The newest events before this index: at most `limit`, and no more than fit into one message."""
        selection, shown, room = await self._select(filter_, end=end), list[Recorded](), _PAGE_BYTES
        async with aclosing(self._links(selection, newest_first=True, chunk=limit + 1)) as links:
            async for link in links:
                room -= len(link.content)
                if len(shown) == limit or (shown and room < 0):
                    return Page(shown, next_end=link.index + 1)
                shown.append(_recorded(link))
        return Page(shown, next_end=None)

    async def export(self, filter_: Filter) -> AsyncIterator[Recorded]:
        """The events that are there now, oldest first."""
        head = await self._store.head()
        selection = await self._select(filter_, end=head.event_count)
        async with aclosing(self._links(selection, newest_first=False, chunk=_CHUNK)) as links:
            async for link in links:
                yield _recorded(link)

    async def verify(self) -> Verdict:
        """Recomputes the chain of all events that are there now."""
        verdict = await verification.verify(self._store)
        self._metrics.verified(valid=verdict.broken is None)
        return verdict

    async def check(self) -> None:
        """Raises when the store does not answer."""
        head = await self._store.head()
        self._metrics.log_size(head.event_count)

    async def close(self) -> None:
        """Takes no more events and stores those that wait."""
        await self._writer.close()

    async def _commit(self, calls: Sequence[Sequence[Event]]) -> Sequence[Answer]:
        """Appends the events of several calls in one transaction; each is taken whole or refused whole."""
        event_ids = {event.event_id for events in calls for event in events}
        async with self._store.writing() as transaction:
            head, known = await transaction.head(), await transaction.known(event_ids)
            now_ns = instant.from_datetime(self._clock.now())
            with _readable():
                growth = Growth(head, known=known, now_ns=now_ns)
            admitted = [growth.admit(events) for events in calls]
            if growth.links:
                await transaction.add(growth.links, growth.head)
        self._metrics.stored(growth.events, event_count=growth.head.event_count)
        return [self._answer(given) for given in admitted]

    def _answer(self, given: tuple[Receipt, ...] | Reuse) -> Answer:
        if isinstance(given, Reuse):
            return EventIdReused(given.event_id)
        self._metrics.duplicates(sum(receipt.is_duplicate for receipt in given))
        return given

    async def _links(self, selection: Selection, *, newest_first: bool, chunk: int) -> AsyncGenerator[Link, None]:
        """Reads chunk by chunk, so that a long reading holds up nobody and fits into memory."""
        limit = min(chunk, _CHUNK)
        while links := await self._store.read(selection, newest_first=newest_first, limit=limit):
            for link in links:
                yield link
            last = links[-1].index
            selection = replace(selection, end=last) if newest_first else replace(selection, first=last + 1)

    async def _select(self, filter_: Filter, *, end: int) -> Selection:
        """The window of the log that a range of times is: record times never go back."""
        first = FIRST
        if filter_.start_ns is not None:
            first = await self._store.index_at(filter_.start_ns)
        if filter_.end_ns is not None:
            end = min(end, await self._store.index_at(filter_.end_ns))
        return Selection(filter_.build, filter_.actor, filter_.type, first, end)


def _recorded(link: Link) -> Recorded:
    with _readable():
        return Recorded(Entry.from_content(link.content), link)


@contextmanager
def _readable() -> Iterator[None]:
    try:
        yield
    except UnreadableContentError as error:
        raise LogDamaged from error
