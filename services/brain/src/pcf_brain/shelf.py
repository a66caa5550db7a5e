"""Contents of files: from the cache, or from the release's snapshot and then into the cache."""

from dataclasses import dataclass

from pcf_brain.checks.budgets import loads
from pcf_brain.domain.release import FileEntry
from pcf_brain.loader import LoadedRelease
from pcf_brain.metrics import BrainMetrics
from pcf_brain.ports import BlobCache


@dataclass(frozen=True, slots=True)
class ServedFile:
    """A file with its content."""

    entry: FileEntry
    content: bytes
    cache_hit: bool


class Shelf:
    """Hands out files."""

    def __init__(self, cache: BlobCache, *, metrics: BrainMetrics) -> None:
        self._cache = cache
        self._metrics = metrics

    async def read(self, loaded: LoadedRelease, entry: FileEntry) -> ServedFile:
        content = await self._cache.get(entry.sha256)
        if content is not None:
            self._metrics.found(1)
            return ServedFile(entry, content, cache_hit=True)
        self._metrics.missed()
        content = await loaded.snapshot.read(entry.path)
        await self._cache.put(entry.sha256, content)
        return ServedFile(entry, content, cache_hit=False)

    async def warm(self, loaded: LoadedRelease) -> None:
        """Have in the cache what tasks ask for, before the first of them does."""
        release = loaded.release
        hot = {
            entry.sha256: entry.path
            for load in loads(
                release.files, capability_ids=list(release.capabilities), languages=sorted(release.languages)
            )
            for entry in load.files
        }
        for sha256, path in hot.items():
            await self._cache.put(sha256, await loaded.snapshot.read(path))
