"""The log as a Merkle tree (RFC 6962, SHA-256): what is kept of it, and what a transaction adds.

An event's canonical content is a leaf. Of the nodes above only each eighth level is kept (the roots of 256, 65,536 …
events), which is 1/255 of the leaves and enough to make any proof from a few hundred hashes. After each transaction the
tree's size and root are signed: the head.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from pcf_runtime.merkle import EMPTY_ROOT, Frontier, Node

from pcf_audit.domain.event import Entry

__all__ = ["EMPTY", "STORED_EVERY", "Batch", "Break", "Filed", "Head", "Leaf", "Row"]

STORED_EVERY: Final = 8
"""The nodes of each level that is a multiple of this are kept."""


@dataclass(frozen=True, slots=True)
class Leaf:
    """An event as it is stored: its place, its canonical content, the hash of that."""

    index: int
    content: bytes
    hash: bytes


@dataclass(frozen=True, slots=True)
class Filed:
    """What the store finds an event by."""

    event_id: str
    tenant: str
    build: str
    actor: str
    type: str

    @classmethod
    def of(cls, entry: Entry) -> "Filed":
        """What it must be."""
        event = entry.event
        return cls(event.event_id, event.tenant, event.build, event.actor, event.type)


@dataclass(frozen=True, slots=True)
class Row:
    """A leaf, and what its event is found by: all that is stored of an event."""

    leaf: Leaf
    filed: Filed


@dataclass(frozen=True, slots=True)
class Head:
    """Where a transaction left the log."""

    first: int
    """How many events there were before, which is the index of the first that it added."""
    size: int
    root: bytes
    frontier: tuple[bytes, ...]
    """The roots of the tree's complete subtrees, the largest first: all it takes to grow it on."""
    note: str
    """Size and root, signed: a C2SP checkpoint."""
    record_time_ns: int

    def grown_from(self) -> Frontier:
        """What to grow on; ValueError when these are not the subtrees of a tree of this size."""
        return Frontier(self.size, self.frontier)


EMPTY: Final = Head(first=0, size=0, root=EMPTY_ROOT, frontier=(), note="", record_time_ns=0)


@dataclass(frozen=True, slots=True)
class Batch:
    """What one transaction adds."""

    rows: Sequence[Row]
    subtrees: Mapping[Node, bytes]
    head: Head


@dataclass(frozen=True, slots=True)
class Break:
    """The first place at which the log is not what it should be, and how; None when it has no place in the log."""

    index: int | None
    fault: str
