"""Reads exported entries back from the archive, and finds out whether somebody could verify them with what is there."""

from collections.abc import AsyncIterator, Sequence
from typing import Final

from pcf_runtime.log_range import MARK_SIZE, BadRangeProofError, RangeProof
from pcf_runtime.merkle import Frontier, leaf_hash

from pcf_audit.export.archive import Archive, ArchiveDiffersError
from pcf_audit.export.packing import BrokenPackError, unpacked
from pcf_audit.export.segment import SEGMENT_EVENTS, Segment, exported
from pcf_audit.export.vouching import vouches
from pcf_audit.notary import Notary
from pcf_audit.retention import Partition

__all__ = ["ArchivedContents"]

_ADVICE: Final = "export first, `pcf-audit export`"


class ArchivedContents:
    """Contents of whole segments; ArchiveDiffersError when one is missing, or does not hold by itself."""

    def __init__(self, archive: Archive, *, notary: Notary, segment_events: int = SEGMENT_EVENTS) -> None:
        self._archive = archive
        self._notary = notary
        self._segment_events = segment_events

    async def of(self, partition: Partition) -> AsyncIterator[Sequence[bytes]]:
        there = exported(await self._archive.names())
        for first in range(partition.first, partition.end, self._segment_events):
            segment = Segment(first, first + self._segment_events)
            if segment not in there:
                raise ArchiveDiffersError(f"{segment.data} is not in the archive with its checkpoint: {_ADVICE}.")
            async for contents in self._contents(segment):
                yield contents

    async def _contents(self, segment: Segment) -> AsyncIterator[Sequence[bytes]]:
        proof = await self._proof(segment)
        tree, marks = Frontier(segment.first, proof.prefix), bytearray()
        data = await self._archive.get(segment.data)
        try:
            for contents in unpacked(data):
                leaves = [leaf_hash(content) for content in contents]
                marks += b"".join(leaf[:MARK_SIZE] for leaf in leaves)
                for leaf in leaves:
                    tree.append(leaf)
                yield contents
        except BrokenPackError as error:
            raise ArchiveDiffersError(f"{segment.data} cannot be read back: {error}.") from error
        note = await self._archive.get(segment.checkpoint)
        if marks != proof.marks or not vouches(self._notary, tree, note) or tree.size != segment.end:
            raise ArchiveDiffersError(f"{segment.data} does not lead to its checkpoint: it, or the proof, was changed.")

    async def _proof(self, segment: Segment) -> RangeProof:
        try:
            proof = RangeProof.parse(await self._archive.get(segment.proof))
        except BadRangeProofError as error:
            raise ArchiveDiffersError(f"{segment.proof} cannot be read back: {error}.") from error
        if (proof.first, proof.end) != (segment.first, segment.end):
            raise ArchiveDiffersError(f"{segment.proof} is the proof of another segment.")
        return proof
