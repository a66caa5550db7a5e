"""The Merkle tree of RFC 6962 (SHA-256): hashing, growing, making proofs and verifying them. Pure: no store, no I/O.

A *node* is a complete subtree, named by its level and its position on it: `(0, i)` is leaf i, `(level, p)` covers the
leaves from `p << level` on, `1 << level` of them. Whoever makes a proof asks `inclusion_nodes` or `consistency_nodes`
which nodes it takes, reads their hashes from where it keeps them, and lets `fold` make each of the proof's hashes.
The verifying half needs no node at all: leaf hashes, roots and proofs only (RFC 9162, 2.1.3.2 and 2.1.4.2).
"""

import hashlib
from collections.abc import Iterable, Sequence
from functools import reduce
from hmac import compare_digest
from typing import Final

__all__ = [
    "EMPTY_ROOT",
    "HASH_SIZE",
    "Frontier",
    "Node",
    "consistency_nodes",
    "fold",
    "inclusion_nodes",
    "inclusion_root",
    "leaf_hash",
    "node_hash",
    "range_nodes",
    "verify_consistency",
    "verify_inclusion",
]

HASH_SIZE: Final = 32
EMPTY_ROOT: Final = hashlib.sha256(b"").digest()

_sha256: Final = hashlib.sha256

Node = tuple[int, int]
"""Level and position of a complete subtree."""


def leaf_hash(content: bytes) -> bytes:
    """The hash of a leaf with this content."""
    return _sha256(b"\0" + content).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of the subtree over these two."""
    return _sha256(b"\1" + left + right).digest()


def fold(hashes: Sequence[bytes]) -> bytes:
    """The root over complete subtrees that stand side by side, the largest first; over none, of the empty tree."""
    return reduce(lambda right, left: node_hash(left, right), reversed(hashes)) if hashes else EMPTY_ROOT


class Frontier:
    """All of a tree that it takes to go on growing it: the roots of its complete subtrees, the largest first."""

    __slots__ = ("_hashes", "_size")

    def __init__(self, size: int = 0, hashes: Iterable[bytes] = ()) -> None:
        self._size = size
        self._hashes = list(hashes)
        if size < 0 or len(self._hashes) != size.bit_count():
            raise ValueError(f"{len(self._hashes)} subtrees are not those of a tree of {size} leaves")

    @property
    def size(self) -> int:
        return self._size

    @property
    def hashes(self) -> tuple[bytes, ...]:
        return tuple(self._hashes)

    def append(self, leaf: bytes) -> list[bytes]:
        """Adds a leaf hash; gives the hashes of the nodes it completes, by level: `[0]` is the leaf itself."""
        completed, size, hashes = [leaf], self._size, self._hashes
        while size & 1:
            leaf = node_hash(hashes.pop(), leaf)
            completed.append(leaf)
            size >>= 1
        hashes.append(leaf)
        self._size += 1
        return completed

    def root(self) -> bytes:
        return fold(self._hashes)


def range_nodes(begin: int, end: int) -> list[Node]:
    """The complete subtrees over the leaves from `begin` to before `end`, the left one first.

    They fold to the range's hash if they grow no larger to the right: so it is for the ranges of a proof.
    """
    nodes = []
    while begin < end:
        level = (end - begin).bit_length() - 1
        if begin:
            level = min(level, (begin & -begin).bit_length() - 1)
        nodes.append((level, begin >> level))
        begin += 1 << level
    return nodes


def inclusion_nodes(index: int, size: int) -> list[list[Node]]:
    """For each hash of the proof that leaf `index` is in the tree of `size` leaves, the nodes it takes."""
    if not 0 <= index < size:
        raise ValueError(f"a tree of {size} leaves has no leaf {index}")
    ranges, begin, end = [], 0, size
    while end - begin > 1:
        middle = begin + _split(end - begin)
        if index < middle:
            ranges.append((middle, end))
            end = middle
        else:
            ranges.append((begin, middle))
            begin = middle
    return [range_nodes(*found) for found in reversed(ranges)]


def consistency_nodes(first: int, second: int) -> list[list[Node]]:
    """For each hash of the proof that the tree of `second` leaves goes on that of `first`, the nodes it takes."""
    if not 0 <= first <= second:
        raise ValueError(f"a tree of {first} leaves does not grow into one of {second}")
    if first in (0, second):
        return []
    ranges, begin, end = [], 0, second
    while end != first:
        middle = begin + _split(end - begin)
        if first <= middle:
            ranges.append((middle, end))
            end = middle
        else:
            ranges.append((begin, middle))
            begin = middle
    if begin:  # else it is the whole first tree, whose root the verifier has
        ranges.append((begin, end))
    return [range_nodes(*found) for found in reversed(ranges)]


def inclusion_root(leaf: bytes, index: int, size: int, proof: Sequence[bytes]) -> bytes | None:
    """The root that this proof leads to, or None when no proof of this leaf can look like that."""
    if not 0 <= index < size or not _are_hashes([leaf, *proof]):
        return None
    place, last, root = index, size - 1, leaf
    for sibling in proof:
        if last == 0:
            return None
        if place & 1 or place == last:
            root = node_hash(sibling, root)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            root = node_hash(root, sibling)
        place, last = place >> 1, last >> 1
    return root if last == 0 else None


def verify_inclusion(leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> bool:
    """Whether the proof shows that the leaf with this hash stands at `index` in the tree of this size and root."""
    found = inclusion_root(leaf, index, size, proof)
    return found is not None and compare_digest(found, root)


def verify_consistency(
    first_size: int, first_root: bytes, second_size: int, second_root: bytes, proof: Sequence[bytes]
) -> bool:
    """Whether the proof shows that the second tree is the first one with nothing but leaves added behind it."""
    if not 0 <= first_size <= second_size or not _are_hashes([first_root, second_root, *proof]):
        return False
    if first_size == 0:
        return not proof and first_root == EMPTY_ROOT and (second_size > 0 or second_root == EMPTY_ROOT)
    if first_size == second_size:
        return not proof and compare_digest(first_root, second_root)
    path = list(proof)
    if first_size & (first_size - 1) == 0:
        path.insert(0, first_root)
    roots = _consistency_roots(first_size - 1, second_size - 1, path)
    return roots is not None and compare_digest(roots[0], first_root) and compare_digest(roots[1], second_root)


def _consistency_roots(place: int, last: int, path: Sequence[bytes]) -> tuple[bytes, bytes] | None:
    if not path:
        return None
    while place & 1:
        place, last = place >> 1, last >> 1
    first = second = path[0]
    for sibling in path[1:]:
        if last == 0:
            return None
        if place & 1 or place == last:
            first, second = node_hash(sibling, first), node_hash(sibling, second)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            second = node_hash(second, sibling)
        place, last = place >> 1, last >> 1
    return (first, second) if last == 0 else None


def _split(width: int) -> int:
    """How many leaves of this many stand on the left: the largest power of two that leaves some for the right."""
    return 1 << ((width - 1).bit_length() - 1)


def _are_hashes(hashes: Iterable[bytes]) -> bool:
    return all(len(each) == HASH_SIZE for each in hashes)
