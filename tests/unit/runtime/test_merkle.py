"""The tree against a recursive one as RFC 6962 writes it, and against a verifier that others wrote."""

import hashlib
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pcf_runtime import merkle
from pcf_runtime.merkle import EMPTY_ROOT, Frontier, Node
from pymerkle import InmemoryTree
from pymerkle.core import _consistency_path_layout, _inclusion_path_layout
from pymerkle.proof import InclusionProof, InvalidProof

LARGEST = 70
LEAVES = [merkle.leaf_hash(str(number).encode()) for number in range(LARGEST)]


def split(width: int) -> int:
    half = 1
    while half * 2 < width:
        half *= 2
    return half


def naive_root(leaves: Sequence[bytes]) -> bytes:
    """MTH of RFC 6962, 2.1."""
    if not leaves:
        return hashlib.sha256().digest()
    if len(leaves) == 1:
        return leaves[0]
    middle = split(len(leaves))
    return hashlib.sha256(b"\x01" + naive_root(leaves[:middle]) + naive_root(leaves[middle:])).digest()


def naive_path(index: int, leaves: Sequence[bytes]) -> list[bytes]:
    """PATH of RFC 6962, 2.1.1."""
    if len(leaves) == 1:
        return []
    middle = split(len(leaves))
    if index < middle:
        return [*naive_path(index, leaves[:middle]), naive_root(leaves[middle:])]
    return [*naive_path(index - middle, leaves[middle:]), naive_root(leaves[:middle])]


def naive_proof(first: int, leaves: Sequence[bytes], *, whole: bool = True) -> list[bytes]:
    """SUBPROOF of RFC 6962, 2.1.2."""
    if first == len(leaves):
        return [] if whole else [naive_root(leaves)]
    middle = split(len(leaves))
    if first <= middle:
        return [*naive_proof(first, leaves[:middle], whole=whole), naive_root(leaves[middle:])]
    return [*naive_proof(first - middle, leaves[middle:], whole=False), naive_root(leaves[:middle])]


ROOTS = [naive_root(LEAVES[:size]) for size in range(LARGEST + 1)]


THEIRS = InmemoryTree(algorithm="sha256")
THEIRS.append_entries([str(number).encode() for number in range(LARGEST)])


def hashed(groups: Sequence[Sequence[Node]]) -> list[bytes]:
    """A proof made as a store makes it: node by node."""
    return [merkle.fold([naive_root(LEAVES[p << level : (p + 1) << level]) for level, p in nodes]) for nodes in groups]


def inclusion(index: int, size: int) -> list[bytes]:
    return hashed(merkle.inclusion_nodes(index, size))


def consistency(first: int, second: int) -> list[bytes]:
    return hashed(merkle.consistency_nodes(first, second))


def accepted_by_pymerkle(leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> bool:
    """pymerkle counts from one, and its path begins with the leaf."""
    try:
        rule, _ = _inclusion_path_layout(index + 1, size)
        theirs = InclusionProof("sha256", True, size, index + 1, rule, [leaf, *proof])
        theirs.verify(leaf, root, index=index + 1, size=size, algorithm="sha256")
    except InvalidProof:
        return False
    return True


def growth_made_by_pymerkle(first: int, second: int) -> list[bytes]:
    """pymerkle's path goes down to a leaf where the RFC stops at a subtree: what is below one is folded."""
    path = THEIRS.prove_consistency(first, second).path
    _, _, ranges = _consistency_path_layout(first, second)
    known = dict(zip(ranges, path, strict=True))

    def hash_of(begin: int, end: int) -> bytes:
        middle = begin + split(end - begin)
        return known.get((begin, end)) or merkle.node_hash(hash_of(begin, middle), hash_of(middle, end))

    groups = merkle.consistency_nodes(first, second)
    return [hash_of(nodes[0][1] << nodes[0][0], (nodes[-1][1] + 1) << nodes[-1][0]) for nodes in groups]


def flipped(value: bytes, bit: int) -> bytes:
    return (int.from_bytes(value) ^ 1 << bit).to_bytes(len(value))


sizes = st.integers(1, LARGEST)
places = sizes.flatmap(lambda size: st.tuples(st.integers(0, size - 1), st.just(size)))
growths = sizes.flatmap(lambda second: st.tuples(st.integers(1, second), st.just(second)))
bits = st.integers(0, 255)


def test_hashes_are_those_of_the_rfc():
    assert EMPTY_ROOT.hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert merkle.leaf_hash(b"").hex() == "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"
    # The third root of the test data of certificate-transparency.
    leaves = [merkle.leaf_hash(bytes.fromhex(text)) for text in ("", "00", "10")]
    assert naive_root(leaves).hex() == "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77"


@given(st.integers(0, LARGEST))
def test_roots_are_those_of_pymerkle(size: int):
    assert THEIRS.get_root(size) == ROOTS[size]


@given(st.integers(0, LARGEST))
def test_a_frontier_has_the_root(size: int):
    frontier = Frontier()
    for leaf in LEAVES[:size]:
        frontier.append(leaf)

    assert ROOTS[size] == frontier.root()
    assert size == frontier.size


@given(places)
def test_a_frontier_goes_on_from_its_hashes(growth: tuple[int, int]):
    stop, size = growth
    first = Frontier()
    for leaf in LEAVES[:stop]:
        first.append(leaf)
    second = Frontier(first.size, first.hashes)
    for leaf in LEAVES[stop:size]:
        second.append(leaf)

    assert ROOTS[size] == second.root()


@given(places)
def test_appending_tells_every_node_it_completes(place: tuple[int, int]):
    index, _ = place
    frontier = Frontier()
    told = [frontier.append(leaf) for leaf in LEAVES[: index + 1]][-1]

    assert [naive_root(LEAVES[index + 1 - (1 << level) : index + 1]) for level in range(len(told))] == told
    assert (index + 1) % (1 << len(told)) != 0


@pytest.mark.parametrize(("size", "count"), [(-1, 0), (0, 1), (3, 1), (4, 2)])
def test_hashes_of_another_size_are_no_frontier(size: int, count: int):
    with pytest.raises(ValueError, match=f"{count} subtrees are not those of a tree of {size} leaves"):
        Frontier(size, [EMPTY_ROOT] * count)


@given(growths)
def test_the_nodes_of_a_tree_are_its_frontier(growth: tuple[int, int]):
    size, _ = growth
    frontier = Frontier()
    for leaf in LEAVES[:size]:
        frontier.append(leaf)

    assert hashed([[node] for node in merkle.range_nodes(0, size)]) == list(frontier.hashes)


@given(places)
def test_an_inclusion_proof_is_that_of_the_rfc_and_accepted(place: tuple[int, int]):
    index, size = place
    proof = inclusion(index, size)

    assert naive_path(index, LEAVES[:size]) == proof
    assert merkle.verify_inclusion(LEAVES[index], index, size, proof, ROOTS[size])
    assert accepted_by_pymerkle(LEAVES[index], index, size, proof, ROOTS[size])


@given(growths)
def test_a_consistency_proof_is_that_of_the_rfc_and_of_pymerkle_and_accepted(growth: tuple[int, int]):
    first, second = growth
    proof = consistency(first, second)

    assert naive_proof(first, LEAVES[:second]) == proof
    assert growth_made_by_pymerkle(first, second) == proof
    assert merkle.verify_consistency(first, ROOTS[first], second, ROOTS[second], proof)


def forged_inclusions(index: int, size: int, bit: int) -> list[tuple[bytes, int, int, list[bytes], bytes]]:
    leaf, root, proof = LEAVES[index], ROOTS[size], inclusion(index, size)
    forged = [
        (flipped(leaf, bit), index, size, proof, root),
        (leaf, index, size, proof, flipped(root, bit)),
        (leaf, index, size, [*proof, root], root),
        (leaf, index, size, [leaf, *proof], root),
        *((leaf, other, size, proof, root) for other in range(size) if other != index),
        *(
            (leaf, index, size, [*proof[:at], flipped(proof[at], bit), *proof[at + 1 :]], root)
            for at in range(len(proof))
        ),
        *((leaf, index, size, proof[:at] + proof[at + 1 :], root) for at in range(len(proof))),
    ]
    if proof[::-1] != proof:
        forged.append((leaf, index, size, proof[::-1], root))
    return forged


@settings(max_examples=50)
@given(places, bits)
def test_a_forged_inclusion_proof_is_refused_here_and_there(place: tuple[int, int], bit: int):
    forged = forged_inclusions(*place, bit)

    assert [None] * len(forged) == [None if not merkle.verify_inclusion(*each) else each for each in forged]
    assert [None] * len(forged) == [None if not accepted_by_pymerkle(*each) else each for each in forged]


@settings(max_examples=50)
@given(places)
def test_an_inclusion_proof_holds_for_no_tree_of_another_shape(place: tuple[int, int]):
    """Another size with the same path of left and right is told by its root alone, as RFC 9162 has it."""
    index, size = place
    proof = inclusion(index, size)
    others = [other for other in range(index + 1, LARGEST + 1) if other != size]

    assert not any(merkle.verify_inclusion(LEAVES[index], index, other, proof, ROOTS[other]) for other in others)
    assert not any(accepted_by_pymerkle(LEAVES[index], index, other, proof, ROOTS[other]) for other in others)


def forged_growths(first: int, second: int, bit: int) -> list[tuple[int, bytes, int, bytes, list[bytes]]]:
    before, after, proof = ROOTS[first], ROOTS[second], consistency(first, second)
    forged = [
        (first, flipped(before, bit), second, after, proof),
        (first, before, second, flipped(after, bit), proof),
        (first, before, second, after, [*proof, after]),
        *((other, ROOTS[other], second, after, proof) for other in range(1, second + 1) if other != first),
        *((first, before, other, ROOTS[other], proof) for other in range(first, LARGEST + 1) if other != second),
        *(
            (first, before, second, after, [*proof[:at], flipped(proof[at], bit), *proof[at + 1 :]])
            for at in range(len(proof))
        ),
        *((first, before, second, after, proof[:at] + proof[at + 1 :]) for at in range(len(proof))),
    ]
    if proof[::-1] != proof:
        forged.append((first, before, second, after, proof[::-1]))
    return forged


@settings(max_examples=50)
@given(growths, bits)
def test_a_forged_consistency_proof_is_refused(growth: tuple[int, int], bit: int):
    forged = forged_growths(*growth, bit)

    assert [None] * len(forged) == [None if not merkle.verify_consistency(*each) else each for each in forged]


@pytest.mark.parametrize(("index", "size"), [(0, 0), (3, 3), (-1, 3)])
def test_a_leaf_outside_of_its_tree_has_no_proof(index: int, size: int):
    assert not merkle.verify_inclusion(LEAVES[0], index, size, [], LEAVES[0])
    with pytest.raises(ValueError, match="has no leaf"):
        merkle.inclusion_nodes(index, size)


def test_a_tree_never_shrinks():
    assert not merkle.verify_consistency(3, ROOTS[3], 2, ROOTS[2], [])
    with pytest.raises(ValueError, match="does not grow"):
        merkle.consistency_nodes(3, 2)


def test_anything_goes_on_the_empty_tree():
    assert merkle.consistency_nodes(0, 5) == []
    assert merkle.verify_consistency(0, EMPTY_ROOT, 5, ROOTS[5], [])
    assert not merkle.verify_consistency(0, ROOTS[1], 5, ROOTS[5], [])
    assert not merkle.verify_consistency(0, EMPTY_ROOT, 5, ROOTS[5], [ROOTS[5]])
    assert not merkle.verify_consistency(0, EMPTY_ROOT, 0, ROOTS[5], [])


@pytest.mark.parametrize("length", [0, 31, 33])
def test_what_is_not_as_long_as_a_hash_is_refused(length: int):
    short = bytes(length)

    assert not merkle.verify_inclusion(LEAVES[0], 0, 2, [short], merkle.node_hash(LEAVES[0], short))
    assert not merkle.verify_inclusion(short, 0, 1, [], short)
    assert not merkle.verify_consistency(1, LEAVES[0], 2, merkle.node_hash(LEAVES[0], short), [short])
