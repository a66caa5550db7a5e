"""Recomputes the chain from the first event to the last, page by page, while the log goes on growing."""

import asyncio
from dataclasses import dataclass, replace
from typing import Final

from pcf_audit.domain.chain import Break, Walk
from pcf_audit.domain.selection import Selection
from pcf_audit.ports import EventStore

__all__ = ["Verdict", "verify"]

_PAGE: Final = 200
"""Links read at a time: bearable in memory if each is as large as an event may be."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """How many events were found good, the hash of the last of them, and what broke, if anything did."""

    event_count: int
    head_hash: str
    broken: Break | None


async def verify(store: EventStore) -> Verdict:
    """Checks every event that is in the log when the call begins."""
    walk = Walk()
    broken = await _walk(store, walk)
    return Verdict(walk.event_count, walk.head_hash, broken)


async def _walk(store: EventStore, walk: Walk) -> Break | None:
    head = await store.head()
    rest = Selection(end=head.event_count)
    while links := await store.read(rest, newest_first=False, limit=_PAGE):
        # In a thread, because hashing a page takes as long as answering some calls.
        broken = await asyncio.to_thread(walk.follow, links)
        if broken:
            return broken
        rest = replace(rest, first=links[-1].index + 1)
    return walk.arrive(head) or await _behind(store, Selection(first=head.event_count))


async def _behind(store: EventStore, rest: Selection) -> Break | None:
    """Looks for events behind the recorded end: newer ones are, unless the head has moved on with them."""
    newest = await store.read(rest, newest_first=True, limit=1)
    head = await store.head()
    if newest and newest[0].index >= head.event_count:
        return Break(head.event_count, "an event stands behind the end of the log")
    return None
