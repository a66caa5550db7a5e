"""`pcf-builder audit verify --proof …`: one inclusion or consistency proof, as the server gave it."""

import json
from pathlib import Path
from typing import Any

import pytest
from pcf_runtime.merkle import leaf_hash

Log = Any
Run = Any


@pytest.fixture
def verify(run: Run, log: Log, tmp_path: Path):
    def typed(proof: Any, *options: str) -> tuple[int, str]:
        path = tmp_path / "proof.json"
        path.write_text(proof if isinstance(proof, str) else json.dumps(proof))
        code, out, err = run("audit", "verify", "--proof", str(path), "--key", log.key, *options)
        return code, out + err

    return typed


@pytest.mark.parametrize(("index", "size"), [(0, 1), (0, 300), (255, 256), (299, 300), (123, 200)])
def test_an_inclusion_proof_holds(log: Log, verify: Any, index: int, size: int):
    code, out = verify(log.inclusion(index, size))

    assert 0 == code
    assert f"Event {index:026d} is entry {index} of the log, in the tree of {size} entries." in out


@pytest.mark.parametrize(("first", "second"), [(0, 5), (1, 2), (64, 300), (123, 300), (300, 300)])
def test_a_consistency_proof_holds_with_the_checkpoint_that_was_kept(
    log: Log, verify: Any, tmp_path: Path, first: int, second: int
):
    (tmp_path / "kept").write_text(log.note(first))

    code, out = verify(log.consistency(first, second), "--checkpoint", str(tmp_path / "kept"))

    assert 0 == code
    assert f"The log only grew from {first} to {second} entries." in out


def test_a_proof_without_a_checkpoint_holds_with_one_that_is_given(log: Log, verify: Any, tmp_path: Path):
    for size in (123, 300):
        (tmp_path / str(size)).write_text(log.note(size))
    both = [part for size in ("123", "300") for part in ("--checkpoint", str(tmp_path / size))]

    assert 0 == verify({**log.consistency(123, 300), "checkpoint": None}, *both)[0]


def test_a_rewritten_log_does_not_go_on_the_checkpoint_that_was_kept(log: Log, verify: Any, tmp_path: Path):
    other = type(log)(300, log.signer)
    other.leaves[40] = leaf_hash(b"another")
    (tmp_path / "kept").write_text(log.note(123))

    code, out = verify(other.consistency(123, 300), "--checkpoint", str(tmp_path / "kept"))

    assert 1 == code
    assert "the tree of 300 entries does not go on that of 123" in out


def test_two_trees_of_one_size_are_found(log: Log, verify: Any, tmp_path: Path):
    other = type(log)(300, log.signer)
    other.leaves[40] = leaf_hash(b"another")
    (tmp_path / "kept").write_text(log.note(300))

    code, out = verify(other.inclusion(7, 300), "--checkpoint", str(tmp_path / "kept"))

    assert 1 == code
    assert "the log signed two trees of 300 entries" in out


@pytest.mark.parametrize(
    "changes",
    [
        {"content": '{"index":7,"event_id":"x"}'},
        {"index": 8},
        {"index": -1},
        {"index": 7.0},
        {"index": True},
        {"tree_size": 299},
        {"hashes": []},
        {"hashes": ["00" * 32] * 9},
        {"hashes": [7]},
        {"hashes": "00"},
        {"leaf_hash": "00" * 32},
        {"checkpoint": {}},
        {"checkpoint": {"note": ""}},
        {"checkpoint": {"note": 7}},
        {"checkpoint": "note"},
        {"kind": "other"},
        {"kind": None},
        {"content": None},
        {"content": "\ud800"},
    ],
)
def test_a_forged_inclusion_proof_is_refused(log: Log, verify: Any, changes: dict[str, Any]):
    code, out = verify(log.inclusion(7, 300) | changes)

    assert (1, "THE PROOF DOES NOT HOLD.") == (code, out.splitlines()[0])


@pytest.mark.parametrize("proof", ["", "[]", "{", "7", "[" * 100_000, '{"kind": "inclusion"}'])
def test_what_is_no_proof_holds_nothing(verify: Any, proof: str):
    assert 1 == verify(proof)[0]


def test_json_says_how_it_breaks(log: Log, verify: Any):
    code, out = verify(log.inclusion(7, 300) | {"index": 8}, "--json")

    assert 1 == code
    assert json.loads(out)["valid"] is False
    assert "do not lead from this content to the signed root" in json.loads(out)["fault"]


@pytest.mark.parametrize(
    ("proof", "says"),
    [
        ({"kind": "range"}, "name that with --file"),
        ("consistency", "give the checkpoint of the earlier one that was kept"),
        ("unsigned", "holds no checkpoint of 300 entries"),
    ],
)
def test_what_is_missing_is_asked_for(log: Log, verify: Any, proof: Any, says: str):
    proofs = {"consistency": log.consistency(5, 300), "unsigned": log.inclusion(7, 300) | {"checkpoint": None}}

    code, out = verify(proofs.get(proof, proof) if isinstance(proof, str) else proof)

    assert 2 == code
    assert says in out
