"""Makes the files of a segment from its contents, always the same bytes."""

import zlib
from collections.abc import Iterator, Sequence
from typing import Final

from pcf_runtime.log_range import MARK_SIZE, RangeProof
from pcf_runtime.merkle import Frontier, leaf_hash

from pcf_audit.export.segment import Segment

__all__ = ["BrokenPackError", "Packing", "unpacked"]

_GZIP_WINDOW: Final = 31
"""What makes zlib write and read gzip; a header that it writes holds no time and no name."""
_PIECE: Final = 1024 * 1024


class BrokenPackError(ValueError):
    """A packed file that is cut off or damaged."""


class Packing:
    """Takes the contents as they come. What was packed is kept in memory: some megabytes."""

    def __init__(self, segment: Segment, *, prefix: Sequence[bytes]) -> None:
        self._segment = segment
        self._prefix = tuple(prefix)
        self._packer = zlib.compressobj(wbits=_GZIP_WINDOW)
        self._packed = bytearray()
        self._marks = bytearray()
        self.tree = Frontier(segment.first, self._prefix)

    def add(self, contents: Sequence[bytes]) -> None:
        for content in contents:
            leaf = leaf_hash(content)
            self.tree.append(leaf)
            self._marks += leaf[:MARK_SIZE]
        self._packed += self._packer.compress(b"".join(content + b"\n" for content in contents))

    def data(self) -> bytes:
        """The packed file; nothing can be added then."""
        return bytes(self._packed + self._packer.flush())

    def proof(self) -> RangeProof:
        return RangeProof(self._segment.first, self._segment.end, self._prefix, bytes(self._marks))


def unpacked(data: bytes) -> Iterator[list[bytes]]:
    """The contents of a packed file, some at a time, without their line feeds. BrokenPackError."""
    unpacker, rest = zlib.decompressobj(wbits=_GZIP_WINDOW), b""
    while not unpacker.eof:
        try:
            piece = unpacker.decompress(data, _PIECE)
        except zlib.error as error:
            raise BrokenPackError("the gzip file is damaged") from error
        data = unpacker.unconsumed_tail
        if not piece and not data and not unpacker.eof:
            raise BrokenPackError("the gzip file is cut off")
        *whole, rest = (rest + piece).split(b"\n")
        yield whole
    if unpacker.unused_data or rest:
        raise BrokenPackError("something stands behind the last entry")
