"""What lets others check the log without trusting it: checkpoints, proofs, and the leaves themselves."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import Final

from pcf_runtime.merkle import Node, consistency_nodes, inclusion_nodes, range_nodes

from pcf_audit.domain.reader import Reader
from pcf_audit.domain.selection import Selection
from pcf_audit.domain.tree import Head, Leaf
from pcf_audit.errors import (
    EventNotFound,
    EventNotInTree,
    EventRetired,
    LogDamaged,
    NoCheckpoint,
    RangeReversed,
    TreeSizesReversed,
    TreeSizeTooLarge,
)
from pcf_audit.nodes import MissingNodeError, NodeHashes
from pcf_audit.ports import EventStore
from pcf_audit.readable import entry_of

__all__ = ["Chunk", "Consistency", "Inclusion", "Prover"]

_CHUNK_BYTES: Final = 900_000
"""Contents in one message: what is around each of them stays below the promised 1 MiB."""
_READ: Final = 200


@dataclass(frozen=True, slots=True)
class Inclusion:
    """That this leaf is in the tree of this head."""

    leaf: Leaf
    head: Head
    hashes: Sequence[bytes]


@dataclass(frozen=True, slots=True)
class Consistency:
    """That one tree goes on another; the head is that of the second, if one was signed."""

    first_size: int
    second_size: int
    hashes: Sequence[bytes]
    head: Head | None


@dataclass(frozen=True, slots=True)
class Chunk:
    """Some leaves' contents; before the first of a stream, what the tree is made of to its left."""

    first: int
    contents: Sequence[bytes]
    frontier: Sequence[bytes] = ()


class Prover:
    """Reads only. An event is named by its id, or by its index."""

    def __init__(self, store: EventStore) -> None:
        self._store = store
        self._nodes = NodeHashes(store)

    async def checkpoint(self, size: int) -> Head:
        """The head of this size; of 0, the newest. NoCheckpoint, TreeSizeTooLarge."""
        newest = await self._store.head()
        if size > newest.size:
            raise TreeSizeTooLarge(size, newest=newest.size)
        head = newest if size in (0, newest.size) else await self._store.head_at(size)
        if head is None or head.size == 0:
            raise NoCheckpoint(size)
        return head

    async def inclusion(self, event: str | int, *, size: int, reader: Reader) -> Inclusion:
        """EventNotFound, EventRetired, EventNotInTree, and what `checkpoint` raises.

        The proof holds the event's content, so there is none for whoever may not read it.
        """
        leaf = await self._leaf(event)  # first, so that the newest tree has it
        if not reader.may_read(entry_of(leaf).event.tenant):
            raise EventNotFound(str(event))
        head = await self.checkpoint(size)
        if leaf.index >= head.size:
            raise EventNotInTree(leaf.index, head.size)
        return Inclusion(leaf, head, await self._hashes(inclusion_nodes(leaf.index, head.size)))

    async def consistency(self, first: int, second: int) -> Consistency:
        """Of any two sizes; a second of 0 means the newest. TreeSizesReversed, TreeSizeTooLarge, EventRetired."""
        newest = await self._store.head()
        second = second or newest.size
        if max(first, second) > newest.size:
            raise TreeSizeTooLarge(max(first, second), newest=newest.size)
        if first > second:
            raise TreeSizesReversed(first, second)
        hashes = await self._hashes(consistency_nodes(first, second))
        head = newest if second == newest.size else await self._store.head_at(second)
        return Consistency(first, second, hashes, head if second else None)

    async def contents(self, first: int, end: int) -> AsyncIterator[Chunk]:
        """The leaves from `first` to before `end`, or before the log's end for 0.

        TreeSizeTooLarge, RangeReversed, EventRetired.
        """
        newest = await self._store.head()
        end = end or newest.size
        if max(first, end) > newest.size:
            raise TreeSizeTooLarge(max(first, end), newest=newest.size)
        if first > end:
            raise RangeReversed(first, end)
        oldest = await self._store.first_index()
        if first < oldest:
            raise EventRetired(oldest)
        frontier = await self._hashes([[node] for node in range_nodes(0, first)])
        async for index, contents in self._runs(first, end):
            yield Chunk(index, contents, frontier)
            frontier = []

    async def _runs(self, first: int, end: int) -> AsyncIterator[tuple[int, list[bytes]]]:
        """Contents in the log's order, as many together as fit; at least one run, if it is an empty one."""
        begin, run, size = first, list[bytes](), 0
        while leaves := await self._store.read(
            Selection(first=begin + len(run), end=end), newest_first=False, limit=_READ
        ):
            for leaf in leaves:
                if leaf.index != begin + len(run):
                    raise LogDamaged
                if run and size + len(leaf.content) > _CHUNK_BYTES:
                    yield begin, run
                    begin, run, size = leaf.index, [], 0
                run.append(leaf.content)
                size += len(leaf.content)
        if begin + len(run) < end:
            raise LogDamaged
        yield begin, run

    async def _leaf(self, event: str | int) -> Leaf:
        if isinstance(event, str):
            leaf = await self._store.find(event)
            if leaf is None:
                raise EventNotFound(event)
            return leaf
        newest = await self._store.head()
        leaves = await self._store.read(Selection(first=event, end=event + 1), newest_first=False, limit=1)
        if leaves:
            return leaves[0]
        if event >= newest.size:
            raise EventNotInTree(event, newest.size)
        oldest = await self._store.first_index()
        raise EventRetired(oldest) if event < oldest else LogDamaged()

    async def _hashes(self, groups: Sequence[Sequence[Node]]) -> list[bytes]:
        try:
            return await self._nodes.folded(groups)
        except MissingNodeError as error:
            oldest = await self._store.first_index()
            if error.leaf < oldest:
                raise EventRetired(oldest) from error
            raise LogDamaged from error
