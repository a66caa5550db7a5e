"""Proofs and contents when the oldest events were retired, or the store is not what it should be."""

from collections.abc import Callable

import pytest
from pcf_audit.domain.event import Event
from pcf_audit.domain.reader import Reader
from pcf_audit.domain.tree import Batch, Leaf
from pcf_audit.errors import EventRetired, LogDamaged
from pcf_audit.prover import Prover
from pcf_runtime.merkle import leaf_hash, verify_consistency, verify_inclusion

from tests.unit.audit.memory_store import MemoryStore

EVERYBODY = Reader("default", all_tenants=True)

Maker = Callable[..., Event]
FIRST, COUNT = 512, 700


class RetiredStore(MemoryStore):
    """Without its first 512 events; their subtrees are there."""

    def __init__(self, batches: list[Batch]) -> None:
        super().__init__()
        for batch in batches:
            self.leaves += [row.leaf for row in batch.rows if row.leaf.index >= FIRST]
            self.subtrees |= batch.subtrees
            self.all_heads.append(batch.head)

    async def first_index(self) -> int:
        return FIRST


@pytest.fixture(scope="module")
def batches(make_event: Maker, make_batches: Callable[..., list[Batch]]) -> list[Batch]:
    return make_batches([make_event(number) for number in range(COUNT)])


@pytest.fixture
def retired(batches: list[Batch]) -> RetiredStore:
    return RetiredStore(batches)


@pytest.mark.parametrize("index", [FIRST, 600, COUNT - 1])
async def test_an_event_that_is_kept_is_proved(retired: RetiredStore, index: int):
    proof = await Prover(retired).inclusion(index, size=0, reader=EVERYBODY)
    leaf = leaf_hash(proof.leaf.content)

    assert verify_inclusion(leaf, index, COUNT, proof.hashes, proof.head.root)


async def test_an_event_that_was_retired_is_not(retired: RetiredStore):
    with pytest.raises(EventRetired) as refused:
        await Prover(retired).inclusion(FIRST - 1, size=0, reader=EVERYBODY)

    assert refused.value.metadata == {"first_index": "512"}


@pytest.mark.parametrize("first", [256, FIRST, 513, COUNT])
async def test_trees_that_end_between_retired_subtrees_are_proved(
    retired: RetiredStore, batches: list[Batch], first: int
):
    proof = await Prover(retired).consistency(first, 0)
    roots = batches[first - 1].head.root, batches[-1].head.root

    assert verify_consistency(first, roots[0], COUNT, roots[1], proof.hashes)


async def test_a_tree_that_ends_among_retired_events_is_not(retired: RetiredStore):
    with pytest.raises(EventRetired):
        await Prover(retired).consistency(300, 0)


async def test_contents_begin_where_they_are_kept(retired: RetiredStore):
    [chunk] = [chunk async for chunk in Prover(retired).contents(FIRST, 0)]

    assert (chunk.first, len(chunk.contents)) == (FIRST, COUNT - FIRST)
    assert retired.all_heads[FIRST - 1].frontier == tuple(chunk.frontier)
    with pytest.raises(EventRetired):
        await anext(Prover(retired).contents(FIRST - 1, 0))


def lose(store: RetiredStore, index: int) -> None:
    store.leaves = [leaf for leaf in store.leaves if leaf.index != index]


@pytest.mark.parametrize("index", [FIRST, 600, COUNT - 1])
async def test_contents_with_a_gap_are_damage(retired: RetiredStore, index: int):
    lose(retired, index)

    with pytest.raises(LogDamaged):
        [chunk async for chunk in Prover(retired).contents(FIRST, 0)]


async def test_a_missing_event_or_subtree_is_damage(retired: RetiredStore):
    lose(retired, 600)
    with pytest.raises(LogDamaged):
        await Prover(retired).inclusion(600, size=0, reader=EVERYBODY)
    with pytest.raises(LogDamaged):
        await Prover(retired).inclusion(601, size=0, reader=EVERYBODY)


async def test_large_contents_come_in_several_chunks(retired: RetiredStore):
    retired.leaves = [Leaf(leaf.index, leaf.content + b" " * 299_000, b"") for leaf in retired.leaves[:10]]
    retired.all_heads = [head for head in retired.all_heads if head.size <= FIRST + 10]
    chunks = [chunk async for chunk in Prover(retired).contents(FIRST, 0)]

    assert [(chunk.first, len(chunk.contents)) for chunk in chunks] == [(512, 3), (515, 3), (518, 3), (521, 1)]
    assert [bool(chunk.frontier) for chunk in chunks] == [True, False, False, False]
