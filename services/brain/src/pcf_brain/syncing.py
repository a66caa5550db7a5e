"""Brings the current release from depots to a volume: what an init container does, and a sidecar again and again."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from pcf_brain.adapters.folder_store import FolderStore
from pcf_brain.adapters.memory_snapshot import MemorySnapshot
from pcf_brain.adapters.signed_folder import SignedFolder
from pcf_brain.adapters.volume import Contents, Volume
from pcf_brain.domain.problem import BrokenReleaseError
from pcf_brain.loader import load
from pcf_brain.ports import Clock, Depot
from pcf_brain.reading import Content, Reader
from pcf_brain.regions import Regions
from pcf_brain.trust import Trust


@dataclass(frozen=True, slots=True)
class Synced:
    """What the volume holds now."""

    digest: str
    files: int
    read: int
    """Contents that came from a depot; the others were on the volume."""
    switched: bool
    """False where the release was there before."""


class Sync:
    """One volume, kept up to date. It raises what its parts raise: all of it leaves the volume as it was."""

    def __init__(self, depots: Sequence[Depot], volume: Volume, *, trust: Trust, keep: int, now: Clock) -> None:
        self._regions = Regions(depots)
        self._volume = volume
        self._trust = trust
        self._keep = keep
        self._now = now
        self._whole = ""
        """The release that was found, or left, whole on the volume."""

    async def once(self) -> Synced:
        answer = await self._regions.ask()
        digest = answer.pointer.digest
        with self._volume.locked():
            if await self._holds(digest):
                return Synced(digest, 0, 0, switched=False)
            reader = Reader(answer.depots, trust=self._trust)
            published = await reader.published(digest)
            source = _Source(self._volume.contents(), reader.content)
            contents = await reader.contents(published, content=source.content)
            # Judged as it is before it is served: a volume must not turn into one that nobody can serve.
            await load(MemorySnapshot(contents), now=self._now)
            await asyncio.to_thread(self._volume.install, published, contents)
            await asyncio.to_thread(self._volume.prune, keep=self._keep)
        self._whole = digest
        return Synced(digest, len(contents), source.read, switched=True)

    async def whole(self) -> str:
        """The release on the volume, if it is whole and signed; else empty."""
        digest = self._volume.digest
        return digest if digest and await self._holds(digest) else ""

    async def _holds(self, digest: str) -> bool:
        if self._volume.digest != digest:
            return False
        if self._whole != digest:
            judge = SignedFolder(self._trust, digest=digest).judge
            try:
                await FolderStore(self._volume.current, judge=judge).open()
            except BrokenReleaseError:
                return False
            self._whole = digest
        return True


class _Source:
    """Contents from the volume, else from a depot."""

    def __init__(self, near: Contents, far: Content) -> None:
        self._near = near
        self._far = far
        self.read = 0

    async def content(self, digest: str) -> bytes:
        found = self._near.find(digest)
        if found is None:
            found = await self._far(digest)
            self.read += 1
        return found
