"""What lies beside a file of a log's entries: written, read back, and refused in words when it is something else."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pcf_runtime.log_range import BadRangeProofError, Growth, RangeProof, hashes_from, sidecars

PROOF = RangeProof(5, 8, (b"a" * 32, b"b" * 32), b"mark" * 3, Growth(9, (b"c" * 32,)))
hashes = st.binary(min_size=32, max_size=32)


@given(
    st.integers(0, 2**40),
    st.integers(0, 20),
    st.none() | st.builds(Growth, st.integers(0), st.lists(hashes).map(tuple)),
)
def test_it_comes_back_as_it_was(first: int, length: int, growth: Growth | None):
    proof = RangeProof(first, first + length, (b"\xff" * 32,) * first.bit_count(), b"mark" * length, growth)

    assert proof == RangeProof.parse(proof.text) == RangeProof.parse(proof.text.encode())


@pytest.mark.parametrize(
    "changes",
    [
        {"kind": "inclusion"},
        {"kind": None},
        {"first": -5},
        {"first": 5.0},
        {"first": True},
        {"first": 4},
        {"end": 4},
        {"end": 9},
        {"prefix": []},
        {"prefix": ["AA" * 32, "bb" * 32]},
        {"prefix": ["aa" * 31, "bb" * 32]},
        {"prefix": [7, 8]},
        {"prefix": None},
        {"prefix": "ab"},
        {"marks": "!"},
        {"marks": ""},
        {"marks": None},
        {"growth": 7},
        {"growth": {"tree_size": 9}},
        {"growth": {"tree_size": "9", "hashes": []}},
        {"growth": {"tree_size": 9, "hashes": ["x"]}},
    ],
)
def test_a_member_that_is_not_what_it_should_be_is_refused(changes: dict[str, Any]):
    with pytest.raises(BadRangeProofError):
        RangeProof.parse(json.dumps(json.loads(PROOF.text) | changes))


@pytest.mark.parametrize("name", ["kind", "first", "end", "prefix", "marks", "growth"])
def test_a_member_that_is_missing_is_refused(name: str):
    members = json.loads(PROOF.text)
    del members[name]

    with pytest.raises(BadRangeProofError):
        RangeProof.parse(json.dumps(members))


@pytest.mark.parametrize("text", ["", "[]", "7", "null", '"range"', "{", "[" * 100_000, b"\xff\xfe\x00", b"\x80"])
def test_what_is_no_proof_at_all_is_refused(text: str | bytes):
    with pytest.raises(BadRangeProofError):
        RangeProof.parse(text)


@pytest.mark.parametrize(
    ("name", "checkpoint", "proof"),
    [
        ("0-65536.jsonl.gz", "0-65536.checkpoint", "0-65536.proof.json"),
        ("log/0-65536.jsonl.gz", "log/0-65536.checkpoint", "log/0-65536.proof.json"),
        ("/a.b/log.jsonl", "/a.b/log.checkpoint", "/a.b/log.proof.json"),
        ("export", "export.checkpoint", "export.proof.json"),
        ("export.gz", "export.gz.checkpoint", "export.gz.proof.json"),
    ],
)
def test_what_lies_beside_a_file(name: str, checkpoint: str, proof: str):
    assert (checkpoint, proof) == (sidecars(name).checkpoint, sidecars(name).proof)


def test_hashes_are_lower_case_hex_of_32_bytes():
    assert (b"\xab" * 32,) == hashes_from(["ab" * 32])
    with pytest.raises(TypeError, match="is no hash in hex"):
        hashes_from(["ab" * 33])
