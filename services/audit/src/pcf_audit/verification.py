"""Recomputes the tree from the first event to the last, page by page, while the log goes on growing.

Every stored thing is compared with what it must be: contents with their hashes, those with the kept nodes and with
every checkpoint, checkpoints with their signatures, what events are found by with their contents, and how much there
is of each with how much there must be. Retired events stand in the tree by their kept nodes, which are compared with
one another.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from pcf_runtime.merkle import EMPTY_ROOT, Frontier, Node, range_nodes

from pcf_audit.domain.selection import FIRST, LAST
from pcf_audit.domain.tree import STORED_EVERY, Break, Head
from pcf_audit.domain.walk import Walk
from pcf_audit.errors import KeysDiffer
from pcf_audit.nodes import MissingNodeError, NodeHashes, over
from pcf_audit.notary import ForeignCheckpointError, Notary
from pcf_audit.ports import Census, EventStore
from pcf_audit.vault import Vault

__all__ = ["Verdict", "verify"]

_PAGE: Final = 256
"""Events read at a time: bearable in memory if each is as large as an event may be."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """From where and how many events were found good, the root over them, and what broke, if anything did."""

    first_index: int
    event_count: int
    root: bytes
    broken: Break | None


async def verify(store: EventStore, *, notary: Notary, vault: Vault) -> Verdict:
    """Checks everything that is in the log when the call begins."""
    return await _Verification(store, notary).run(vault)


class _Verification:
    def __init__(self, store: EventStore, notary: Notary) -> None:
        self._store = store
        self._notary = notary

    async def run(self, vault: Vault) -> Verdict:
        first = await self._store.first_index()
        verdict = await self._from(first)
        if verdict.broken and await self._store.first_index() != first:
            return await self.run(vault)  # events were retired meanwhile: what was missing need not be there
        return replace(verdict, broken=verdict.broken or await _keys(vault))

    async def _from(self, first: int) -> Verdict:
        head = await self._store.head()
        fault = self._self_check(head) if head.size else ""
        if fault:
            return Verdict(first, 0, EMPTY_ROOT, Break(head.size - 1, fault))
        try:
            frontier = await NodeHashes(self._store).folded([[node] for node in range_nodes(0, first)])
        except MissingNodeError as error:
            return Verdict(first, 0, EMPTY_ROOT, Break(error.leaf, str(error)))
        walk = Walk(Frontier(first, frontier), self._self_check)
        broken = await self._retired(first) or await self._walk(walk, head) or await self._arrive(walk, head, first)
        return Verdict(first, walk.size - first, walk.root(), broken)

    def _self_check(self, head: Head) -> str:
        try:
            self._notary.check(head)
        except ForeignCheckpointError as error:
            return str(error)
        return ""

    async def _retired(self, first: int) -> Break | None:
        """Compares each kept node over retired events with those below it."""
        level = 2 * STORED_EVERY
        while first >> level:
            for position in range(first >> level):
                below = [(level - STORED_EVERY, (position << STORED_EVERY) + i) for i in range(1 << STORED_EVERY)]
                known = await self._store.hashes([(level, position), *below])
                if known.get((level, position)) != _over(below, known):
                    return Break(position << level, _of((level, position)))
            level += STORED_EVERY
        return None

    async def _walk(self, walk: Walk, head: Head) -> Break | None:
        after = FIRST
        while True:
            heads = await self._store.heads(after=after, limit=_PAGE)
            heads = [found for found in heads if found.size <= head.size]
            # In a thread, because a page takes as long as answering some calls.
            broken = await asyncio.to_thread(walk.take, heads) or await self._events(walk, walk.known_to)
            if broken or not heads:
                return broken
            after = heads[-1].size

    async def _events(self, walk: Walk, until: int) -> Break | None:
        """Walks through the events up to where checkpoints are known."""
        while walk.size < until:
            end = min(walk.size + _PAGE, until)
            rows = await self._store.rows(first=walk.size, end=end)
            completed, broken = await asyncio.to_thread(walk.follow, rows, end)
            kept = await self._store.hashes(completed) if completed else {}
            for node, found in completed.items():
                if kept.get(node) != found:
                    return Break(node[1] << node[0], _of(node))
            if broken:
                return broken
        return None

    async def _arrive(self, walk: Walk, head: Head, first: int) -> Break | None:
        """Compares how much there is with how much there must be, for what nobody asked for was not met on the way."""
        census = await self._store.census()
        if walk.known_to != head.size:
            return Break(head.size - 1, "the checkpoint does not begin where the one before it ends")
        if census.size < head.size or census.heads < walk.head_count:
            return Break(head.size - 1, "checkpoints went missing meanwhile")
        if census.size == head.size and census.heads > walk.head_count:
            return Break(head.size - 1, "there are more checkpoints than transactions")
        return _surplus(census, first)


def _surplus(census: Census, first: int) -> Break | None:
    if census.highest is not None and census.highest >= census.size:
        return Break(census.size, "an event stands behind the end of the log")
    if census.lowest is not None and census.lowest < first:
        return Break(census.lowest, "an event stands in front of the log")
    wanted = sum(census.size >> level for level in range(STORED_EVERY, 64, STORED_EVERY))
    if census.subtrees != wanted:
        return Break(None, f"{census.subtrees} hashes of subtrees are stored where {wanted} should be")
    return None


async def _keys(vault: Vault) -> Break | None:
    try:
        await vault.check(limit=LAST)
    except KeysDiffer as error:
        return Break(None, error.message)
    return None


def _over(nodes: Sequence[Node], known: Mapping[Node, bytes]) -> bytes | None:
    """The hash of the node over these, if all are there."""
    return over([known[node] for node in nodes]) if all(node in known for node in nodes) else None


def _of(node: Node) -> str:
    level, position = node
    return f"the stored hash of the subtree of 2^{level} events from {position << level} on is not that of the events"
