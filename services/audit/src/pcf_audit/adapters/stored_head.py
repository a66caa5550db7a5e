"""A head as every store keeps it: the hashes of its frontier in one piece."""

from typing import Final

from pcf_runtime.merkle import HASH_SIZE

from pcf_audit.domain.tree import Head

__all__ = ["HEAD", "head_of", "values_of"]

HEAD: Final = "SELECT first, size, root, frontier, note, record_time"


def head_of(first: int, size: int, root: bytes, frontier: bytes, note: str, record_time: int) -> Head:
    """From a row that HEAD selects. Whatever stands in it: that it is right is checked where it matters."""
    hashes = tuple(frontier[at : at + HASH_SIZE] for at in range(0, len(frontier), HASH_SIZE))
    return Head(first, size, root, hashes, note, record_time)


def values_of(head: Head) -> tuple[int, int, bytes, bytes, str, int]:
    """Its values, in the order of HEAD."""
    return head.first, head.size, head.root, b"".join(head.frontier), head.note, head.record_time_ns
