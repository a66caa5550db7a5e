"""Deletes builds for good: all of one tenant, or what ended long ago, with everything that is kept about them.

A batch of builds goes in one transaction, together with the audit entry that says so: whenever this is interrupted,
what is gone is told, and running it again finishes. Instances go on meanwhile; a build that runs loses its lease.

Files are shared by their content, also between tenants, so one is deleted only when no build points at it. A build that
is under way may be about to: so a file is first put aside, and deleted once all that ran at that moment have ended.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from typing import Protocol

__all__ = ["BATCH", "LINGERS", "Cleared", "Clearing", "Deletions", "Files", "Scope", "Waiting"]

BATCH = 200
LINGERS = timedelta(minutes=5)
"""How long after its lease a run may still store how it ended, if nobody else took the build."""


@dataclass(frozen=True, slots=True)
class Scope:
    """What is to go: a tenant's builds, those that had ended before a time, or both."""

    tenant: str | None = None
    before: datetime | None = None

    @property
    def erases(self) -> bool:
        """Whether even what waits or runs goes."""
        return self.before is None


@dataclass(frozen=True, slots=True)
class Cleared:
    """How many rows of each kind went."""

    builds: int = 0
    events: int = 0
    checkpoints: int = 0
    requests: int = 0
    results: int = 0
    undeliverable: int = 0

    def __add__(self, other: "Cleared") -> "Cleared":
        return Cleared(*(getattr(self, field.name) + getattr(other, field.name) for field in fields(self)))

    def __bool__(self) -> bool:
        return any(count for _, count in self.counts())

    def counts(self) -> Iterator[tuple[str, int]]:
        return ((field.name, getattr(self, field.name)) for field in fields(self))


@dataclass(frozen=True, slots=True)
class Waiting:
    """A run of a build, told from later runs of the same one."""

    build_id: str
    holder: str


class Deletions(Protocol):
    """The store, for who may delete in it. StoreUnavailable."""

    async def count(self, scope: Scope) -> Cleared:
        """How many builds, results and undeliverable entries would go."""

    async def clear(self, scope: Scope, *, limit: int) -> Cleared:
        """Delete so many builds at most, or if there are none so many of the rest, and tell the audit log of it."""

    async def loose(self) -> Sequence[str]:
        """The SHA-256 of files that lost their last build, as far as they are not deleted."""

    async def used(self, sha256: str) -> bool:
        """Whether any build points at the file, of whichever tenant."""

    async def settled(self, sha256: str) -> None:
        """The file is dealt with."""

    async def running(self) -> frozenset[Waiting]:
        """The runs that are under way."""


class Files(Protocol):
    """The artifacts, for who may delete them. ArtifactsUnavailable. Each is safe to repeat."""

    async def put_aside(self, sha256: str) -> None:
        """Out of the way, yet kept."""

    async def bring_back(self, sha256: str) -> None:
        """What was put aside."""

    async def drop(self, sha256: str) -> None:
        """What was put aside, for good."""


class Clearing:
    """Deletes in batches."""

    def __init__(
        self, store: Deletions, files: Files, *, sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    ) -> None:
        self._store = store
        self._files = files
        self._sleep = sleep

    async def rows(self, scope: Scope, *, told: Callable[[Cleared], None] = lambda _: None) -> Cleared:
        """Everything in scope; `told` hears of each batch once it is done."""
        total = Cleared()
        while batch := await self._store.clear(scope, limit=BATCH):
            total += batch
            told(total)
        return total

    async def artifacts(self, *, patience_s: float, look_s: float = 0.5) -> int:
        """Files of no build: how many went. TimeoutError if what ran at that moment has not ended within the time."""
        loose = await self._store.loose()
        for sha256 in loose:
            await self._files.put_aside(sha256)
        if loose:
            async with asyncio.timeout(patience_s):
                await self._until_ended(look_s)
        gone = 0
        for sha256 in loose:
            if await self._store.used(sha256):
                await self._files.bring_back(sha256)
            else:
                await self._files.drop(sha256)
                gone += 1
            await self._store.settled(sha256)
        return gone

    async def _until_ended(self, look_s: float) -> None:
        """All that runs now; what begins later finds the file gone and writes it anew."""
        under_way = await self._store.running()
        while under_way:
            await self._sleep(look_s)
            under_way &= await self._store.running()
