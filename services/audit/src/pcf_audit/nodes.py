"""Hashes of any node of the tree, made from the few that are kept."""

from collections.abc import Iterable, Mapping, Sequence

from pcf_runtime.merkle import Node, fold, node_hash

from pcf_audit.domain.tree import STORED_EVERY
from pcf_audit.ports import NodeReader

__all__ = ["MissingNodeError", "NodeHashes", "over"]


class MissingNodeError(LookupError):
    """A node that should be kept and is not there; `leaf` is the first event below it."""

    def __init__(self, node: Node) -> None:
        level, position = node
        super().__init__(f"the hash of the subtree of 2^{level} events from {position << level} on is missing")
        self.leaf = position << level


class NodeHashes:
    """Reads what it takes at once, at most some hundred hashes for a proof."""

    def __init__(self, reader: NodeReader) -> None:
        self._reader = reader

    async def folded(self, groups: Sequence[Sequence[Node]]) -> list[bytes]:
        """For each group of nodes that stand side by side, the hash over them. MissingNodeError."""
        wanted = {kept for nodes in groups for node in nodes for kept in _kept_below(node)}
        known = await self._reader.hashes(wanted) if wanted else {}
        return [fold([_made(node, known) for node in nodes]) for nodes in groups]


def over(hashes: Sequence[bytes]) -> bytes:
    """The node over these, which are all the nodes of one level below it."""
    while len(hashes) > 1:
        hashes = [node_hash(left, right) for left, right in zip(hashes[::2], hashes[1::2], strict=True)]
    return hashes[0]


def _kept_below(node: Node) -> Iterable[Node]:
    """The kept nodes that make this one: itself, if it is kept."""
    level, position = node
    up = level % STORED_EVERY
    return ((level - up, below) for below in range(position << up, (position + 1) << up))


def _made(node: Node, known: Mapping[Node, bytes]) -> bytes:
    hashes = []
    for kept in _kept_below(node):
        if kept not in known:
            raise MissingNodeError(kept)
        hashes.append(known[kept])
    return over(hashes)
