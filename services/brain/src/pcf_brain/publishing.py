"""Puts releases into a depot and signs them: files first, then the manifest, then the note.

Nothing here makes a release current, and whatever is cut short is simply not there yet.
"""

from dataclasses import dataclass

from pcf_brain.adapters.memory_snapshot import MemorySnapshot
from pcf_brain.domain.limits import Limits
from pcf_brain.domain.manifest import MANIFEST, list_files, sha256, write_manifest
from pcf_brain.domain.problem import BrokenReleaseError
from pcf_brain.domain.release import Release
from pcf_brain.domain.statement import NOTE, NOTE_BYTES, Statement
from pcf_brain.loader import load
from pcf_brain.ports import Clock, Depot, MovedError, Snapshot
from pcf_brain.reading import Published, Reader
from pcf_brain.trust import Signer, Trust, signed


@dataclass(frozen=True, slots=True)
class Created:
    """A release that lies in a depot now."""

    digest: str
    version: str
    files: int
    size_bytes: int
    written: int
    """Contents that were not there before, or not whole."""


@dataclass(frozen=True, slots=True)
class Judged:
    """A release that was read whole, and can be served."""

    published: Published
    release: Release
    size_bytes: int


class Publisher:
    """Publishes into one depot. It raises BrokenReleaseError and StoreUnavailableError."""

    def __init__(self, depot: Depot, *, now: Clock, limits: Limits | None = None) -> None:
        self._depot = depot
        self._now = now
        self._limits = limits or Limits()

    async def create(self, snapshot: Snapshot) -> Created:
        """Put files there that make a release. What is there and not whole is written again."""
        loaded = await load(snapshot, now=self._now)
        contents = {path: await snapshot.read(path) for path in snapshot.paths}
        files = list_files(contents)
        known = set(await self._depot.keys("files/"))
        written = 0
        for digest, content in {files[path]: content for path, content in contents.items()}.items():
            if not (f"files/{digest}" in known and await self._is_whole(digest)):
                await self._depot.write(f"files/{digest}", content)
                written += 1
        manifest = write_manifest(files)
        digest = sha256(manifest)
        await self._depot.write(f"releases/{digest}/{MANIFEST}", manifest)
        size_bytes = sum(map(len, contents.values()))
        return Created(digest, loaded.release.version, len(files), size_bytes, written)

    async def judge(self, digest: str, *, trust: Trust) -> Judged:
        """Read all of a release, and judge it as it is before it is served."""
        reader = Reader([self._depot], trust=trust, limits=self._limits)
        published = await reader.published(digest)
        contents = await reader.contents(published)
        loaded = await load(MemorySnapshot(contents), now=self._now)
        return Judged(published, loaded.release, sum(map(len, contents.values())))

    async def sign(self, digest: str, *, signer: Signer) -> Statement:
        """Vouch for a release after judging it. Signed by this key already, it stays as it is."""
        judged = await self.judge(digest, trust=Trust())
        made = self._now().replace(microsecond=0)
        files = len(judged.published.files)
        statement = Statement(judged.release.version, digest, files, judged.size_bytes, made)
        key = f"releases/{digest}/{NOTE}"
        try:
            await self._depot.replace(key, signed(statement, signer), known=None)
        except MovedError:
            # Raises where it is the note of another key: which of the two is right, people must say.
            return Trust((signer.verifier,)).judge(await self._depot.read(key, limit_bytes=NOTE_BYTES), digest=digest)
        return statement

    async def _is_whole(self, digest: str) -> bool:
        try:
            await Reader([self._depot], trust=Trust(), limits=self._limits).content(digest)
        except BrokenReleaseError:
            return False
        return True
