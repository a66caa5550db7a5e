"""Exports what is not exported yet: each segment's entries, then its proof, then its checkpoint.

A segment counts once its checkpoint is there, so whatever ends a run in the middle, the next one finds out and goes on.
Nothing is ever replaced: what is there already must be what we would have written. Several instances at once write the
same files; one of them is first, and the others compare.
"""

import asyncio
import logging
from collections.abc import Callable
from typing import Final

from pcf_runtime.log_range import BadRangeProofError, RangeProof
from pcf_runtime.merkle import verify_consistency

from pcf_audit.errors import LogDamaged
from pcf_audit.export.archive import Archive, ArchiveDiffersError
from pcf_audit.export.metrics import ExportMetrics
from pcf_audit.export.packing import BrokenPackError, Packing, unpacked
from pcf_audit.export.segment import SEGMENT_EVENTS, Segment, due, exported
from pcf_audit.export.vouching import head_of, vouches
from pcf_audit.notary import ForeignCheckpointError, Notary
from pcf_audit.ports import EventStore
from pcf_audit.prover import Prover

__all__ = ["Exporter"]

_log: Final = logging.getLogger(__name__)
_GZIP: Final = "application/gzip"
_JSON: Final = "application/json"
_TEXT: Final = "text/plain; charset=utf-8"


class Exporter:
    """Reads the log through the same eyes as everybody who wants proofs of it."""

    def __init__(
        self,
        store: EventStore,
        archive: Archive,
        *,
        notary: Notary,
        metrics: ExportMetrics,
        segment_events: int = SEGMENT_EVENTS,
    ) -> None:
        self._store = store
        self._archive = archive
        self._prover = Prover(store)
        self._notary = notary
        self._metrics = metrics
        self._segment_events = segment_events
        self._exported_to = 0

    async def run(self, *, rest: bool = False) -> list[Segment]:
        """Exports the whole segments that are missing, with `rest` what stands behind them too; gives what it wrote.

        ArchiveError, or the ServiceError of a log that does not answer or is damaged.
        """
        head = await self._store.head()
        if not rest and head.size - self._exported_to < self._segment_events:
            return []  # without asking the archive, which costs money
        await self._archive.check()
        done = exported(await self._archive.names())
        missing = due(await self._store.first_index(), head.size, done, events=self._segment_events, rest=rest)
        for segment in missing:
            await self._export(segment)
            _log.info("exported a segment", extra={"pcf.first": segment.first, "pcf.end": segment.end})
            self._metrics.exported(segment.end)
        self._metrics.exported(max((segment.end for segment in done.union(missing)), default=0))
        self._exported_to = head.size // self._segment_events * self._segment_events
        return missing

    async def _export(self, segment: Segment) -> None:
        packing = await self._packed(segment)
        note = await self._signed(packing)
        data, proof = await asyncio.to_thread(packing.data), packing.proof()
        await self._keep(segment.data, data, _GZIP, lambda found: _same_entries(found, data))
        await self._keep(segment.proof, proof.text.encode(), _JSON, lambda found: _same_proof(found, proof))
        await self._keep(
            segment.checkpoint, note.encode(), _TEXT, lambda found: vouches(self._notary, packing.tree, found)
        )

    async def _packed(self, segment: Segment) -> Packing:
        packing: Packing | None = None
        async for chunk in self._prover.contents(segment.first, segment.end):
            packing = packing or Packing(segment, prefix=chunk.frontier)
            await asyncio.to_thread(packing.add, chunk.contents)
        if packing is None or packing.tree.size != segment.end:
            raise LogDamaged
        return packing

    async def _signed(self, packing: Packing) -> str:
        """A checkpoint right behind the segment: signed only if the newest one goes on what was packed."""
        tree, newest = packing.tree, await self._prover.checkpoint(0)
        grown = await self._prover.consistency(tree.size, newest.size)
        try:
            self._notary.check(newest)
        except ForeignCheckpointError as error:
            raise LogDamaged from error
        if not verify_consistency(tree.size, tree.root(), newest.size, newest.root, grown.hashes):
            raise LogDamaged
        return self._notary.sign(head_of(tree)).note

    async def _keep(self, name: str, content: bytes, media_type: str, same: Callable[[bytes], bool]) -> None:
        if await self._archive.keep(name, content, media_type=media_type):
            return
        if not await asyncio.to_thread(same, await self._archive.get(name)):
            raise ArchiveDiffersError(
                f"{name} is in the archive with another content than the log has: it was changed there, or belongs to "
                "another log. Keep it for whoever looks into that, and export to another prefix."
            )


def _same_entries(found: bytes, data: bytes) -> bool:
    """Another version of zlib may have packed them otherwise."""
    try:
        return found == data or b"".join(map(_joined, unpacked(found))) == b"".join(map(_joined, unpacked(data)))
    except BrokenPackError:
        return False


def _joined(contents: list[bytes]) -> bytes:
    return b"".join(content + b"\n" for content in contents)


def _same_proof(found: bytes, proof: RangeProof) -> bool:
    try:
        return RangeProof.parse(found) == proof
    except BadRangeProofError:
        return False
