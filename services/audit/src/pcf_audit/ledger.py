"""The audit log's operations, on any store: append, get, page, export, verify. (Proofs are prover.py's.)"""

import time
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import aclosing
from dataclasses import dataclass, replace
from typing import Final

from pcf_audit import verification
from pcf_audit.domain import instant
from pcf_audit.domain.event import DEFAULT_TENANT, Event
from pcf_audit.domain.growth import Growth, Receipt, Reuse
from pcf_audit.domain.reader import Reader
from pcf_audit.domain.selection import FIRST, LAST, Filter, Selection
from pcf_audit.domain.tenant_key import Sealed
from pcf_audit.domain.tree import Head, Leaf
from pcf_audit.errors import EventIdReused, EventNotFound, KeysDiffer
from pcf_audit.metrics import AuditMetrics
from pcf_audit.notary import ForeignCheckpointError, Notary
from pcf_audit.ports import Clock, EventStore
from pcf_audit.readable import entry_of, readable
from pcf_audit.vault import Vault
from pcf_audit.verification import Verdict
from pcf_audit.writer import Answer, GroupWriter

__all__ = ["Ledger", "Page", "Recorded"]

_CHUNK: Final = 200
"""Leaves read at a time: a few milliseconds of work, and bearable if each is as large as an event may be."""

_PAGE_BYTES: Final = 2 * 1024 * 1024
"""Content on one page: with all that is around it, well below the 4 MiB that a message may have."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """An event in plain words at its place in the log."""

    event: Event
    index: int
    record_time_ns: int
    leaf_hash: bytes
    is_erased: bool


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
        vault: Vault,
        notary: Notary,
        clock: Clock,
        metrics: AuditMetrics,
        max_batch_events: int,
        max_waiting_events: int,
    ) -> None:
        self._store = store
        self._vault = vault
        self._notary = notary
        self._clock = clock
        self._metrics = metrics
        self._writer = GroupWriter(
            self._commit, max_batch_events=max_batch_events, max_waiting_events=max_waiting_events
        )

    async def append(self, events: Sequence[Event]) -> tuple[Receipt, ...]:
        """Answers when all of these events are durable; safe to repeat. EventIdReused, LogBusy."""
        began_s = time.perf_counter()
        receipts = await self._writer.append(await self._vault.seal(events))
        self._metrics.answered(time.perf_counter() - began_s)
        return receipts

    async def get(self, event_id: str, *, reader: Reader) -> Recorded:
        """One event, or EventNotFound."""
        leaf = await self._store.find(event_id)
        if leaf is None or not reader.may_read(entry_of(leaf).event.tenant):
            raise EventNotFound(event_id)
        return await self._recorded(leaf)

    async def page(self, filter_: Filter, *, end: int, limit: int) -> Page:
        """The newest events before this index: at most `limit`, and no more than fit into one message."""
        selection, shown, room = await self._select(filter_, end=end), list[Recorded](), _PAGE_BYTES
        async with aclosing(self._leaves(selection, newest_first=True, chunk=limit + 1)) as leaves:
            async for leaf in leaves:
                room -= len(leaf.content)
                if len(shown) == limit or (shown and room < 0):
                    return Page(shown, next_end=leaf.index + 1)
                shown.append(await self._recorded(leaf))
        return Page(shown, next_end=None)

    async def export(self, filter_: Filter) -> AsyncIterator[Recorded]:
        """The events that are there now, oldest first."""
        head = await self._store.head()
        selection = await self._select(filter_, end=head.size)
        async with aclosing(self._leaves(selection, newest_first=False, chunk=_CHUNK)) as leaves:
            async for leaf in leaves:
                yield await self._recorded(leaf)

    async def verify(self) -> Verdict:
        """Recomputes the tree of all events that are there now."""
        verdict = await verification.verify(self._store, notary=self._notary, vault=self._vault)
        self._metrics.verified(valid=verdict.broken is None)
        return verdict

    async def check(self) -> None:
        """Raises when the store does not answer, or was written with other keys than ours."""
        await self._store.check()
        head = await self._store.head()
        self._check_newest(head)
        await self._vault.check()
        self._metrics.log_size(head.size)

    async def close(self) -> None:
        """Takes no more events and stores those that wait."""
        await self._writer.close()

    async def _commit(self, calls: Sequence[Sequence[Sealed]]) -> Sequence[Answer]:
        """Appends the events of several calls in one transaction; each is taken whole or refused whole."""
        event_ids = {given.event.event_id for events in calls for given in events}
        async with self._store.writing() as transaction:
            head, known = await transaction.head(), await transaction.known(event_ids)
            self._check_newest(head)
            with readable():
                growth = Growth(head, known=known, now_ns=instant.from_datetime(self._clock.now()))
            admitted = [growth.admit(events) for events in calls]
            if growth.rows:
                batch = growth.batch()
                await transaction.add(replace(batch, head=self._notary.sign(batch.head)))
        self._metrics.stored(growth.events, event_count=growth.size)
        return [self._answer(given) for given in admitted]

    def _check_newest(self, head: Head) -> None:
        """Nothing may be built on what we did not sign."""
        try:
            self._notary.check_newest(head)
        except ForeignCheckpointError as error:
            raise KeysDiffer(
                f"The newest checkpoint of the log is not ours: {error}. "
                "Set PCF_AUDIT_SIGNING_KEY and PCF_AUDIT_ORIGIN as they were; VerifyLog tells more."
            ) from error

    def _answer(self, given: tuple[Receipt, ...] | Reuse) -> Answer:
        if isinstance(given, Reuse):
            return EventIdReused(given.event_id)
        self._metrics.duplicates(sum(receipt.is_duplicate for receipt in given))
        return given

    async def _recorded(self, leaf: Leaf) -> Recorded:
        entry = entry_of(leaf)
        revealed = await self._vault.reveal(entry)
        return Recorded(revealed.event, leaf.index, entry.record_time_ns, leaf.hash, revealed.is_erased)

    async def _leaves(self, selection: Selection, *, newest_first: bool, chunk: int) -> AsyncGenerator[Leaf, None]:
        """Reads chunk by chunk, so that a long reading holds up nobody and fits into memory."""
        limit = min(chunk, _CHUNK)
        while leaves := await self._store.read(selection, newest_first=newest_first, limit=limit):
            for leaf in leaves:
                yield leaf
            last = leaves[-1].index
            selection = replace(selection, end=last) if newest_first else replace(selection, first=last + 1)

    async def _select(self, filter_: Filter, *, end: int) -> Selection:
        """The window of the log that a range of times is: record times never go back."""
        first, tenant, actors = FIRST, filter_.tenant, tuple[str, ...]()
        if filter_.start_ns is not None:
            first = await self._store.index_at(_storable(filter_.start_ns))
        if filter_.end_ns is not None:
            end = min(end, await self._store.index_at(_storable(filter_.end_ns)))
        if filter_.actor:
            tenant = tenant or DEFAULT_TENANT
            actors = await self._vault.names_of(filter_.actor, tenant=tenant)
            end = end if actors else FIRST  # a tenant that never had an event
        return Selection(filter_.build, actors, filter_.type, tenant, first, end)


def _storable(time_ns: int) -> int:
    """A store holds times of the years 1678 to 2261; nothing was or will be recorded outside."""
    return min(max(time_ns, FIRST), LAST)
