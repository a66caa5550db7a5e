"""Any node, made from the few that are kept."""

from collections.abc import Collection, Mapping

import pytest
from pcf_audit.nodes import MissingNodeError, NodeHashes
from pcf_runtime.merkle import Frontier, Node, consistency_nodes, fold, inclusion_nodes, leaf_hash

SIZE = 70_000
"""More than 65,536: two levels are kept."""


class KeptNodes:
    """A NodeReader that counts how many hashes it was asked for."""

    def __init__(self) -> None:
        self.known: dict[Node, bytes] = {}
        self.all: dict[Node, bytes] = {}
        self.asked = 0
        frontier = Frontier()
        for index in range(SIZE):
            for level, hashed in enumerate(frontier.append(leaf_hash(str(index).encode()))):
                self.all[level, index >> level] = hashed
                if level % 8 == 0:
                    self.known[level, index >> level] = hashed

    async def hashes(self, nodes: Collection[Node]) -> Mapping[Node, bytes]:
        self.asked += len(nodes)
        return {node: self.known[node] for node in nodes if node in self.known}


@pytest.fixture(scope="module")
def kept() -> KeptNodes:
    return KeptNodes()


def expected(kept: KeptNodes, groups: list[list[Node]]) -> list[bytes]:
    return [fold([kept.all[node] for node in nodes]) for nodes in groups]


@pytest.mark.parametrize("index", [0, 255, 256, 65_535, 65_536, 69_999])
async def test_an_inclusion_proof_takes_few_hashes(kept: KeptNodes, index: int):
    groups, kept.asked = inclusion_nodes(index, SIZE), 0

    assert expected(kept, groups) == await NodeHashes(kept).folded(groups)
    assert kept.asked < 3 * 256


@pytest.mark.parametrize(("first", "second"), [(1, SIZE), (255, 256), (256, 65_536), (65_535, 65_537), (69_998, SIZE)])
async def test_a_consistency_proof_takes_few_hashes(kept: KeptNodes, first: int, second: int):
    groups, kept.asked = consistency_nodes(first, second), 0

    assert expected(kept, groups) == await NodeHashes(kept).folded(groups)
    assert kept.asked < 5 * 256


async def test_a_missing_node_is_named(kept: KeptNodes):
    with pytest.raises(MissingNodeError, match=r"the subtree of 2\^0 events from 70000 on is missing") as missing:
        await NodeHashes(kept).folded([[(0, SIZE)]])

    assert missing.value.leaf == SIZE


async def test_nothing_is_read_for_nothing(kept: KeptNodes):
    kept.asked = 0

    assert await NodeHashes(kept).folded([]) == []
    assert kept.asked == 0
