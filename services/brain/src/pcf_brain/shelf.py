"""Contents of files: from the cache, or from the release's snapshot and then into the cache."""

from dataclasses import dataclass

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
