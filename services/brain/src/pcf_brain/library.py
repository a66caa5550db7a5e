"""The releases this instance can serve: the current one, and the last few for builds that began with them.

A broken release never gets here: the last good one stays, and `trouble` says why.
"""

import asyncio
from collections.abc import AsyncIterator
from enum import StrEnum

from pcf_runtime.errors import FailedPrecondition, NotFound, Unavailable

from pcf_brain.domain.problem import BrokenReleaseError, Problem
from pcf_brain.domain.release import Release
from pcf_brain.loader import LoadedRelease, load
from pcf_brain.ports import Clock, FileStore, StoreUnavailableError

CURRENT = "releases/current"
_STORE = "store"


class Refresh(StrEnum):
    """What came of looking at the store."""

    UNCHANGED = "unchanged"
    """Nothing new, or nothing that makes another release."""
    LOADED = "loaded"
    """Another release is current now."""
    REFUSED = "refused"
    """What is there must not be served; `Library.trouble` says why."""
    UNSETTLED = "unsettled"
    """The store changed while it was read; the next look will tell."""
    UNREACHABLE = "unreachable"
    """The store does not answer; `Library.trouble` says why."""


class Library:
    """Holds releases; `refresh` is called by one task only."""

    def __init__(self, store: FileStore, *, now: Clock, kept: int) -> None:
        self._store = store
        self._now = now
        self._kept = kept
        self._releases: dict[str, LoadedRelease] = {}
        self._current: LoadedRelease | None = None
        self._fingerprint: str | None = None
        self._changed = asyncio.Event()
        self._refused: tuple[Problem, ...] = ()
        self._away: tuple[Problem, ...] = ()

    @property
    def trouble(self) -> tuple[Problem, ...]:
        """Why the store's present files are not served, or whether they are not known; empty if all is well."""
        return (*self._away, *self._refused)

    @property
    def loaded(self) -> LoadedRelease | None:
        """The current release; None before the first good one."""
        return self._current

    def current(self) -> LoadedRelease:
        if self._current is None:
            first = str(self.trouble[0]) if self.trouble else "nothing was read yet"
            raise Unavailable("NO_RELEASE", f"No release can be served: {first}.", retry_after_s=5.0)
        return self._current

    def pinned(self, name: str) -> LoadedRelease:
        """Find the release a build is pinned to; empty means the current one."""
        if not name:
            return self.current()
        if name not in self._releases:
            raise FailedPrecondition(
                "RELEASE_GONE", f"{name} is no longer kept here: begin again with the current release."
            )
        return self._releases[name]

    def named(self, name: str) -> LoadedRelease:
        """Find a release by its resource name, `releases/current` among them."""
        if name == CURRENT:
            return self.current()
        if name not in self._releases:
            raise NotFound("RELEASE_NOT_FOUND", f"{name} is not here, or no longer.")
        return self._releases[name]

    async def refresh(self) -> Refresh:
        """Look at the store, and load what is there if it changed."""
        try:
            outcome = await self._look()
        except StoreUnavailableError as error:
            # As it was told first: one that hangs fails now in one way and now in another.
            self._away = self._away or (Problem(_STORE, 0, str(error)),)
            return Refresh.UNREACHABLE
        except BrokenReleaseError as error:  # there is nothing to be a release; it is asked for again next time
            self._fingerprint, self._refused, outcome = None, error.problems, Refresh.REFUSED
        self._away = ()
        return outcome

    async def _look(self) -> Refresh:
        before = await self._store.fingerprint()
        if before == self._fingerprint:
            return Refresh.UNCHANGED
        problems: tuple[Problem, ...] = ()
        candidate, may_pass = None, False
        try:
            candidate = await load(await self._store.open(), now=self._now)
        except BrokenReleaseError as error:
            problems, may_pass = error.problems, error.may_pass
        if before != await self._store.fingerprint():
            return Refresh.UNSETTLED
        self._fingerprint, self._refused = None if may_pass else before, problems
        return Refresh.REFUSED if candidate is None else self._take(candidate)

    async def watch(self, *, until: asyncio.Event) -> AsyncIterator[Release]:
        """Yield the current release at once, and each that follows; a slow reader skips some."""
        seen: LoadedRelease | None = None
        ended = asyncio.create_task(until.wait())
        try:
            while not ended.done():
                if self._current is not None and self._current is not seen:
                    seen = self._current
                    yield seen.release
                else:
                    await _either(self._changed, ended)
        finally:
            ended.cancel()

    def _take(self, candidate: LoadedRelease) -> Refresh:
        name = candidate.release.name
        if self._current is not None and self._current.release.name == name:
            return Refresh.UNCHANGED
        # A return to an earlier release keeps what was loaded then, and makes it the newest.
        self._current = self._releases.pop(name, candidate)
        self._releases[name] = self._current
        for oldest in list(self._releases)[: -self._kept]:
            del self._releases[oldest]
        changed, self._changed = self._changed, asyncio.Event()
        changed.set()
        return Refresh.LOADED


async def _either(changed: asyncio.Event, ended: "asyncio.Task[bool]") -> None:
    waiting = asyncio.create_task(changed.wait())
    try:
        await asyncio.wait([waiting, ended], return_when=asyncio.FIRST_COMPLETED)
    finally:
        waiting.cancel()
