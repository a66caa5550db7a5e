"""Releases straight from depots: a bucket, and its copy in a second region.

A release is read whole before it is served and then held in memory: once it is loaded, nothing it serves depends on
a bucket or a cache being there. Most files of the next release are those of the last; they are not read again. Files
that changed come through the cache that instances share, so that each is read from a bucket once.
"""

import logging
from collections.abc import Mapping, Sequence

from pcf_brain.adapters.memory_snapshot import MemorySnapshot
from pcf_brain.domain.manifest import sha256
from pcf_brain.ports import Depot, SharedCache
from pcf_brain.reading import Reader
from pcf_brain.regions import Regions
from pcf_brain.trust import Trust

_KEPT_S = 7 * 24 * 3_600.0
"""How long the shared cache keeps a content; longer than the pause between most releases."""
_logger = logging.getLogger(__name__)


class DepotStore:
    """FileStore of one deployment's regions."""

    def __init__(self, depots: Sequence[Depot], *, trust: Trust, shared: SharedCache | None = None) -> None:
        self.regions = Regions(depots)
        self._trust = trust
        self._shared = shared
        self._held: Mapping[str, bytes] = {}
        """Contents of the release read last, by hash."""

    async def fingerprint(self) -> str:
        pointer = (await self.regions.ask()).pointer
        # With the number of the move: to promote a release again has a repaired one looked at again.
        return f"{pointer.digest} {pointer.sequence}"

    async def open(self) -> MemorySnapshot:
        answer = self.regions.answer or await self.regions.ask()
        reader = Reader(answer.depots, trust=self._trust)
        published = await reader.published(answer.pointer.digest)

        async def content(digest: str) -> bytes:
            held = self._held.get(digest)
            return await self._shared_content(reader, digest) if held is None else held

        contents = await reader.contents(published, content=content)
        self._held = {digest: contents[path] for path, digest in published.files.items()}
        fields = {
            "pcf.digest": published.digest,
            "pcf.sequence": answer.pointer.sequence,
            "pcf.depot": answer.depots[0].name,
            "pcf.signed": published.statement.made.isoformat() if published.statement else "not asked for",
        }
        _logger.info("release read", extra=fields)
        return MemorySnapshot(contents)

    async def _shared_content(self, reader: Reader, digest: str) -> bytes:
        if self._shared is None:
            return await reader.content(digest)
        content = await self._shared.get_or_make(digest, lambda: reader.content(digest), ttl_s=_KEPT_S)
        if sha256(content) == digest:
            return content
        # Whatever the cache says, only the hash is believed.
        _logger.warning("cached content is not what its key says", extra={"pcf.key": digest})
        content = await reader.content(digest)
        await self._shared.put(digest, content, ttl_s=_KEPT_S)
        return content
