"""What the ledger needs from outside."""

from collections.abc import Collection, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from typing import Protocol

from pcf_audit.domain.chain import Head, Link
from pcf_audit.domain.selection import Selection

__all__ = ["Clock", "EventStore", "Transaction"]


class Clock(Protocol):
    """Tells the time."""

    def now(self) -> datetime:
        """The time, with its zone."""


class Transaction(Protocol):
    """A writer's view of the log while no other writer, in any process, can change it."""

    async def head(self) -> Head: ...

    async def known(self, event_ids: Collection[str]) -> Sequence[Link]:
        """Those of these events that are in the log, in any order."""

    async def add(self, links: Sequence[Link], head: Head) -> None:
        """Puts the links behind the log's end and makes `head` its head."""


class EventStore(Protocol):
    """Keeps the links of the chain, and the head apart from them.

    Every method raises StoreUnavailable when the store does not answer and LogDamaged when what it holds
    cannot be read at all. Links are given as they are stored, checked by nobody.
    """

    def writing(self) -> AbstractAsyncContextManager[Transaction]:
        """The one writer's turn. Leaving it stores everything durably, or nothing when an error leaves it."""

    async def head(self) -> Head:
        """Where the log ends; the empty head when there is none."""

    async def find(self, event_id: str) -> Link | None: ...

    async def read(self, selection: Selection, *, newest_first: bool, limit: int) -> Sequence[Link]:
        """The first links of the selection; as fast at the far end of the log as at the near one."""

    async def index_at(self, time_ns: int) -> int:
        """The first index recorded at this time or later; LAST when none is."""
