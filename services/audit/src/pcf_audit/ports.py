"""What the log's operations need from outside."""

from collections.abc import Collection, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from pcf_runtime.merkle import Node

from pcf_audit.domain.selection import Selection
from pcf_audit.domain.tenant_key import WrappedKey
from pcf_audit.domain.tree import Batch, Head, Leaf, Row

__all__ = ["Census", "Clock", "EventStore", "KeyStore", "NodeReader", "Transaction"]


class Clock(Protocol):
    """Tells the time."""

    def now(self) -> datetime:
        """The time, with its zone."""


@dataclass(frozen=True, slots=True)
class Census:
    """What the store holds at one moment, counted by nobody but itself."""

    size: int
    """That of the newest head."""
    heads: int
    subtrees: int
    lowest: int | None
    """The lowest index of any event; None when there is none."""
    highest: int | None


class NodeReader(Protocol):
    """Gives the hashes of nodes of the tree."""

    async def hashes(self, nodes: Collection[Node]) -> Mapping[Node, bytes]:
        """Those of these that are kept: leaves, and nodes of the levels that are (tree.py)."""


class Transaction(Protocol):
    """A writer's view of the log while no other writer, in any process, can change it."""

    async def head(self) -> Head: ...

    async def known(self, event_ids: Collection[str]) -> Sequence[Leaf]:
        """Those of these events that are in the log, in any order."""

    async def add(self, batch: Batch) -> None:
        """Puts all of it behind the log's end."""


class EventStore(NodeReader, Protocol):
    """Keeps the events, the tree's stored nodes and its heads.

    Every method raises StoreUnavailable when the store does not answer and LogDamaged when what it holds
    cannot be read at all. What is stored is given as it is, checked by nobody.
    """

    def writing(self) -> AbstractAsyncContextManager[Transaction]:
        """The one writer's turn. Leaving it stores everything durably, or nothing when an error leaves it."""

    async def check(self) -> None:
        """Raises, with a sentence, while the store cannot be used."""

    async def head(self) -> Head:
        """Where the log ends; the empty head when there is none."""

    async def head_at(self, size: int) -> Head | None:
        """That of the transaction which left the log with this many events."""

    async def heads(self, *, after: int, limit: int) -> Sequence[Head]:
        """The first heads of more events than this, the smallest first."""

    async def find(self, event_id: str) -> Leaf | None: ...

    async def read(self, selection: Selection, *, newest_first: bool, limit: int) -> Sequence[Leaf]:
        """The first leaves of the selection; as fast at the far end of the log as at the near one."""

    async def rows(self, *, first: int, end: int) -> Sequence[Row]:
        """All that is stored of these events, in order."""

    async def index_at(self, time_ns: int) -> int:
        """The first index recorded at this time or later; LAST when none is."""

    async def first_index(self) -> int:
        """Where the events begin that are still kept: those before were retired, and only their nodes are."""

    async def census(self) -> Census: ...


class KeyStore(Protocol):
    """Keeps the tenants' keys. Raises as EventStore does."""

    async def key_of(self, tenant: str) -> WrappedKey | None: ...

    async def key(self, key_id: str) -> WrappedKey | None: ...

    async def keep(self, key: WrappedKey) -> None:
        """Keeps the key durably, unless its tenant has one."""

    async def keys(self, *, after: str, limit: int) -> Sequence[WrappedKey]:
        """The first keys of tenants that come behind this one by name."""
