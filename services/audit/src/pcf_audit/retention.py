"""Lets go of the oldest events, a whole partition of the store at a time, and keeps the tree.

A partition is dropped only when its newest event is old enough, and when what is left can stand for it: the kept hashes
of its subtrees are those of its events, and its events are in the archive, read back from there and found to lead to
what the log has signed. Afterwards every checkpoint, proof and verification still holds.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from pcf_runtime.errors import ServiceError
from pcf_runtime.merkle import Frontier, Node, leaf_hash, range_nodes, verify_consistency
from pcf_runtime.starting import CannotStartError

from pcf_audit.domain import instant
from pcf_audit.domain.event import Outcome
from pcf_audit.domain.tree import STORED_EVERY
from pcf_audit.errors import LogDamaged
from pcf_audit.nodes import MissingNodeError, NodeHashes
from pcf_audit.notary import ForeignCheckpointError, Notary
from pcf_audit.ports import EventStore
from pcf_audit.prover import Prover

__all__ = ["Contents", "Partition", "Partitions", "Record", "Retention", "StoredContents"]


@dataclass(frozen=True, slots=True, order=True)
class Partition:
    """The events from `first` to before `end`, which the store can drop together."""

    first: int
    end: int


class Partitions(Protocol):
    """The store's partitions, for who owns it. Raises StoreUnavailable."""

    async def all(self) -> Sequence[Partition]:
        """In the log's order."""

    async def drop(self, partition: Partition) -> None:
        """For good, and at once: nobody sees half of it."""


class Contents(Protocol):
    """Where the contents of a partition are read from, to be verified."""

    def of(self, partition: Partition) -> AsyncIterator[Sequence[bytes]]: ...


class StoredContents:
    """Contents as the store itself has them, for who does without an archive."""

    def __init__(self, store: EventStore) -> None:
        self._prover = Prover(store)

    async def of(self, partition: Partition) -> AsyncIterator[Sequence[bytes]]:
        async for chunk in self._prover.contents(partition.first, partition.end):
            yield chunk.contents


Record = Callable[[Partition, bytes, Outcome], Awaitable[None]]
"""Puts it into the log that a partition is dropped, with the root behind it, or that it was not after all."""


class Retention:
    """Finds what may go, and verifies that nothing is lost with it."""

    def __init__(self, store: EventStore, partitions: Partitions, *, notary: Notary) -> None:
        self._store = store
        self._partitions = partitions
        self._notary = notary

    async def old(self, *, now: datetime, days: int) -> list[Partition]:
        """The oldest partitions whose newest event is older than that; never the one in which the log ends."""
        limit_ns = instant.from_datetime(now - timedelta(days=days))
        head = await self._store.head()
        found = []
        for partition in await self._partitions.all():
            # Heads carry the time of their events, and the next partition has begun where this one is not the newest.
            heads = await self._store.heads(after=partition.end - 1, limit=1)
            if partition.end >= head.size or heads[0].record_time_ns >= limit_ns:
                break
            found.append(partition)
        return found

    async def retire(self, partition: Partition, contents: Contents, record: Record) -> None:
        """Verifies, records and drops, in this order: a crash leaves a record too many and never one too few."""
        root = await self.verify(partition, contents)
        await record(partition, root, Outcome.SUCCEEDED)
        try:
            await self._partitions.drop(partition)
        except (CannotStartError, ServiceError):
            await record(partition, root, Outcome.FAILED)
            raise

    async def verify(self, partition: Partition, contents: Contents) -> bytes:
        """That these contents and the kept hashes lead to what is signed; gives the root behind the partition."""
        tree, completed = await self._before(partition), dict[Node, bytes]()
        async for some in contents.of(partition):
            await asyncio.to_thread(_grow, tree, some, completed)
        if tree.size != partition.end or await self._store.hashes(completed) != completed:
            raise LogDamaged
        newest, prover = await self._store.head(), Prover(self._store)
        try:
            self._notary.check(newest)
        except ForeignCheckpointError as error:
            raise LogDamaged from error
        grown = await prover.consistency(tree.size, newest.size)
        if not verify_consistency(tree.size, tree.root(), newest.size, newest.root, grown.hashes):
            raise LogDamaged
        return tree.root()

    async def _before(self, partition: Partition) -> Frontier:
        nodes = [[node] for node in range_nodes(0, partition.first)]
        try:
            return Frontier(partition.first, await NodeHashes(self._store).folded(nodes))
        except MissingNodeError as error:
            raise LogDamaged from error


def _grow(tree: Frontier, contents: Sequence[bytes], completed: dict[Node, bytes]) -> None:
    for content in contents:
        index = tree.size
        nodes = tree.append(leaf_hash(content))
        for level in range(STORED_EVERY, len(nodes), STORED_EVERY):
            completed[level, index >> level] = nodes[level]
