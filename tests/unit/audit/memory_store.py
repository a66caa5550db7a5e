"""An EventStore and KeyStore that forgets everything."""

import asyncio
from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from contextlib import asynccontextmanager

from pcf_audit.domain.event import Entry
from pcf_audit.domain.selection import LAST, Selection
from pcf_audit.domain.tenant_key import WrappedKey
from pcf_audit.domain.tree import EMPTY, Batch, Filed, Head, Leaf, Row
from pcf_audit.ports import Census
from pcf_runtime.merkle import Node


class MemoryStore:
    """What it holds may be turned over by a test."""

    def __init__(self) -> None:
        self.leaves: list[Leaf] = []
        self.subtrees: dict[Node, bytes] = {}
        self.all_heads: list[Head] = []
        self.all_keys: dict[str, WrappedKey] = {}
        self._turn = asyncio.Lock()

    @asynccontextmanager
    async def writing(self) -> AsyncIterator["MemoryTransaction"]:
        async with self._turn:
            transaction = MemoryTransaction(self)
            yield transaction
            for batch in transaction.batches:
                self.leaves += [row.leaf for row in batch.rows]
                self.subtrees |= batch.subtrees
                self.all_heads.append(batch.head)

    async def check(self) -> None:
        """It is always there."""

    async def head(self) -> Head:
        return self.all_heads[-1] if self.all_heads else EMPTY

    async def head_at(self, size: int) -> Head | None:
        return next((head for head in self.all_heads if head.size == size), None)

    async def heads(self, *, after: int, limit: int) -> Sequence[Head]:
        return [head for head in self.all_heads if head.size > after][:limit]

    async def find(self, event_id: str) -> Leaf | None:
        return next((leaf for leaf in self.leaves if _filed(leaf).event_id == event_id), None)

    async def read(self, selection: Selection, *, newest_first: bool, limit: int) -> Sequence[Leaf]:
        leaves = [leaf for leaf in self.leaves if _fits(leaf, selection)]
        return sorted(leaves, key=lambda leaf: leaf.index, reverse=newest_first)[:limit]

    async def rows(self, *, first: int, end: int) -> Sequence[Row]:
        return [Row(leaf, _filed(leaf)) for leaf in self.leaves if first <= leaf.index < end]

    async def hashes(self, nodes: Collection[Node]) -> Mapping[Node, bytes]:
        known = self.subtrees | {(0, leaf.index): leaf.hash for leaf in self.leaves}
        return {node: known[node] for node in nodes if node in known}

    async def index_at(self, time_ns: int) -> int:
        return min((head.first for head in self.all_heads if head.record_time_ns >= time_ns), default=LAST)

    async def first_index(self) -> int:
        return 0

    async def census(self) -> Census:
        indexes = [leaf.index for leaf in self.leaves]
        lowest, highest = min(indexes, default=None), max(indexes, default=None)
        return Census((await self.head()).size, len(self.all_heads), len(self.subtrees), lowest, highest)

    async def key_of(self, tenant: str) -> WrappedKey | None:
        return self.all_keys.get(tenant)

    async def key(self, key_id: str) -> WrappedKey | None:
        return next((key for key in self.all_keys.values() if key.key_id == key_id), None)

    async def keep(self, key: WrappedKey) -> None:
        self.all_keys.setdefault(key.tenant, key)

    async def keys(self, *, after: str, limit: int) -> Sequence[WrappedKey]:
        return [key for tenant, key in sorted(self.all_keys.items()) if tenant > after][:limit]


class MemoryTransaction:
    def __init__(self, store: MemoryStore) -> None:
        self._store = store
        self.batches: list[Batch] = []

    async def head(self) -> Head:
        return self.batches[-1].head if self.batches else await self._store.head()

    async def known(self, event_ids: Collection[str]) -> Sequence[Leaf]:
        return [leaf for leaf in self._store.leaves if _filed(leaf).event_id in event_ids]

    async def add(self, batch: Batch) -> None:
        self.batches.append(batch)


def _filed(leaf: Leaf) -> Filed:
    return Filed.of(Entry.from_content(leaf.content))


def _fits(leaf: Leaf, selection: Selection) -> bool:
    filed = _filed(leaf)
    wanted = {selection.build: filed.build, selection.tenant: filed.tenant, selection.type: filed.type}
    return (
        selection.first <= leaf.index < selection.end
        and all(asked in ("", found) for asked, found in wanted.items())
        and (not selection.actors or filed.actor in selection.actors)
    )
