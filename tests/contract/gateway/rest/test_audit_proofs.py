"""The audit log's tree over HTTP, judged by a third-party verifier and by the runtime's own."""

# ruff: noqa: N802 - the methods have their names and arguments from the contract

import base64
import json
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pymerkle
import pytest
from pcf.audit.v1 import audit_pb2, audit_pb2_grpc
from pcf_runtime import errors, merkle, signed_note
from pcf_runtime.checkpoint import Checkpoint

SIZE = 75
CONTENTS = [json.dumps({"index": index, "type": "größe"}, ensure_ascii=False).encode() for index in range(SIZE)]
LEAVES = [merkle.leaf_hash(content) for content in CONTENTS]
SIGNER = signed_note.Signer.generate("log.example")
RETIRED = 4


def root(begin: int, end: int) -> bytes:
    """RFC 6962, 2.1, word for word."""
    if end - begin <= 1:
        return LEAVES[begin] if end > begin else merkle.EMPTY_ROOT
    middle = begin + (1 << ((end - begin - 1).bit_length() - 1))
    return merkle.node_hash(root(begin, middle), root(middle, end))


class FakeLog(audit_pb2_grpc.AuditServiceServicer):
    """Signs at every size that 5 divides; what stands before RETIRED is gone."""

    def __init__(self) -> None:
        self.breaks = False

    async def GetCheckpoint(self, request: Any, context: Any) -> audit_pb2.Checkpoint:
        return self._checkpoint(request.tree_size or SIZE)

    async def ProveInclusion(self, request: Any, context: Any) -> audit_pb2.InclusionProof:
        index = int(request.name.removeprefix("events/")) if request.name else request.index
        size = request.tree_size or SIZE
        if index >= SIZE:
            raise errors.NotFound("EVENT_NOT_FOUND", "There is no such event.")
        if index < RETIRED:
            raise errors.FailedPrecondition("EVENT_RETIRED", "It is gone.", metadata={"first_index": str(RETIRED)})
        checkpoint = self._checkpoint(size)
        if index >= size:
            raise errors.OutOfRange("EVENT_NOT_IN_TREE", "It came later.")
        hashes = [self._fold(nodes) for nodes in merkle.inclusion_nodes(index, size)]
        return audit_pb2.InclusionProof(
            index=index, tree_size=size, content=CONTENTS[index], hashes=hashes, checkpoint=checkpoint
        )

    async def ProveConsistency(self, request: Any, context: Any) -> audit_pb2.ConsistencyProof:
        first, second = request.first_size, request.second_size or SIZE
        if second > SIZE:
            raise errors.OutOfRange("TREE_SIZE_TOO_LARGE", "There are 75 events.")
        hashes = [self._fold(nodes) for nodes in merkle.consistency_nodes(first, second)]
        proof = audit_pb2.ConsistencyProof(first_size=first, second_size=second, hashes=hashes)
        if second % 5 == 0:
            proof.checkpoint.CopyFrom(self._checkpoint(second))
        return proof

    async def ExportLog(self, request: Any, context: Any) -> AsyncIterator[audit_pb2.LogChunk]:
        first, end = request.first, request.end or SIZE
        if first > SIZE:
            raise errors.OutOfRange("TREE_SIZE_TOO_LARGE", "There are 75 events.")
        frontier = [self._fold([node]) for node in merkle.range_nodes(0, first)]
        for at in range(first, end, 10):
            yield audit_pb2.LogChunk(first=at, contents=CONTENTS[at : min(at + 10, end)], frontier=frontier)
            frontier = []
            if self.breaks:
                raise errors.DataLoss("LOG_DAMAGED", "The rest is damaged.")

    def _checkpoint(self, size: int) -> audit_pb2.Checkpoint:
        if size > SIZE:
            raise errors.OutOfRange("TREE_SIZE_TOO_LARGE", "There are 75 events.")
        if size % 5:
            raise errors.NotFound("NO_CHECKPOINT", "None was signed.")
        note = signed_note.sign(Checkpoint("log.example", size, root(0, size)).text, SIGNER)
        return audit_pb2.Checkpoint(note=note, tree_size=size, root_hash=root(0, size).hex())

    def _fold(self, nodes: list[merkle.Node]) -> bytes:
        return merkle.fold([root(place << level, (place + 1) << level) for level, place in nodes])


@pytest.fixture
def audit() -> FakeLog:
    return FakeLog()


def of_pymerkle() -> pymerkle.InmemoryTree:
    """A tree of other content: for the shape that a proof must have."""
    tree = pymerkle.InmemoryTree("sha256")
    tree.append_entries(b"other" for _ in range(SIZE))
    return tree


def inclusion(proof: dict[str, Any]) -> pymerkle.InclusionProof:
    index, size = proof["index"] + 1, proof["tree_size"]
    leaf = merkle.leaf_hash(proof["content"].encode())
    path = [leaf, *map(bytes.fromhex, proof["hashes"])]
    rule = of_pymerkle().prove_inclusion(index, size).rule
    return pymerkle.InclusionProof("sha256", True, size, index, rule, path)


async def test_the_newest_checkpoint_is_signed(http: httpx.AsyncClient):
    checkpoint = (await http.get("/v1/audit/checkpoint")).json()

    signed = Checkpoint.parse(signed_note.open_note(checkpoint["note"], SIGNER.verifier))
    assert (SIZE, root(0, SIZE).hex()) == (checkpoint["tree_size"], checkpoint["root_hash"])
    assert (SIZE, root(0, SIZE)) == (signed.size, signed.root)


@pytest.mark.parametrize("size", [5, 30, 65, 75])
async def test_an_inclusion_proof_is_accepted_by_a_third_party(http: httpx.AsyncClient, size: int):
    for index in range(RETIRED, size):
        proof = (await http.get("/v1/audit/proofs/inclusion", params={"index": index, "size": size})).json()
        signed = Checkpoint.parse(signed_note.open_note(proof["checkpoint"]["note"], SIGNER.verifier))
        pymerkle.verify_inclusion(
            bytes.fromhex(proof["leaf_hash"]), signed.root, inclusion(proof), index=index + 1, size=signed.size
        )


@pytest.mark.parametrize("forgery", ["hash", "content", "index", "left out"])
async def test_a_forged_inclusion_proof_is_refused_by_a_third_party(http: httpx.AsyncClient, forgery: str):
    proof = (await http.get("/v1/audit/proofs/inclusion", params={"index": 20})).json()
    honest = merkle.leaf_hash(proof["content"].encode())
    match forgery:
        case "hash":
            proof["hashes"][2] = "00" * 32
        case "content":
            proof["content"] = proof["content"].replace("20", "21")
        case "index":
            proof["index"] = 21
        case "left out":
            del proof["hashes"][-1]

    with pytest.raises(pymerkle.InvalidProof):
        pymerkle.verify_inclusion(honest, root(0, SIZE), inclusion(proof), index=21, size=SIZE)


async def test_an_event_is_proved_by_its_id(http: httpx.AsyncClient):
    proof = (await http.get("/v1/audit/proofs/inclusion", params={"event_id": f"{7:026d}"})).json()

    assert ("inclusion", 7, CONTENTS[7].decode()) == (proof["kind"], proof["index"], proof["content"])


@pytest.mark.parametrize(("first", "second"), [(0, 5), (1, 2), (16, 40), (40, 75), (63, 64), (64, 75), (7, 7)])
async def test_a_consistency_proof_holds(http: httpx.AsyncClient, first: int, second: int):
    """By RFC 9162. (What pymerkle makes here is of another kind: it goes down to a leaf.)"""
    asked = {"first": first, "second": second}
    proof = (await http.get("/v1/audit/proofs/consistency", params=asked)).json()

    hashes = [bytes.fromhex(each) for each in proof["hashes"]]
    assert ("consistency", first, second) == (proof["kind"], proof["first_size"], proof["second_size"])
    assert merkle.verify_consistency(first, root(0, first), second, root(0, second), hashes)
    assert first == 0 or not merkle.verify_consistency(first, root(0, first), second, root(1, second), hashes)
    assert (second % 5 == 0) == (proof["checkpoint"] is not None)


@pytest.mark.parametrize(("first", "end"), [(0, None), (0, 1), (33, 70), (64, 75), (75, 75), (10, 10)])
async def test_each_line_of_the_log_is_a_leaf(http: httpx.AsyncClient, first: int, end: int | None):
    asked = {"first": first, **({} if end is None else {"end": end})}
    response = await http.get("/v1/audit/log", params=asked)

    lines = response.content.splitlines()
    hashes = [base64.b64decode(each) for each in response.headers["Log-Frontier"].split(",") if each]
    assert (200, "application/jsonl") == (response.status_code, response.headers["Content-Type"])
    assert CONTENTS[first:end] == lines
    if lines:
        tree = merkle.Frontier(first, hashes)
        for line in lines:
            tree.append(merkle.leaf_hash(line))
        assert root(0, end or SIZE) == tree.root()


async def test_a_log_that_breaks_off_is_not_taken_for_the_whole(http: httpx.AsyncClient, audit: FakeLog):
    audit.breaks = True

    with pytest.raises(httpx.RemoteProtocolError):
        await http.get("/v1/audit/log")


@pytest.mark.parametrize(
    ("path", "fields"),
    [
        ("checkpoint?size=0", ["size"]),
        ("checkpoint?size=-1", ["size"]),
        ("checkpoint?size=9223372036854775808", ["size"]),
        ("checkpoint?size=five", ["size"]),
        ("checkpoint?first=1", ["first"]),
        ("proofs/inclusion", ["event_id", "index"]),
        (f"proofs/inclusion?index=1&event_id={7:026d}", ["event_id", "index"]),
        ("proofs/inclusion?event_id=latest", ["event_id"]),
        ("proofs/inclusion?index=1.0", ["index"]),
        ("proofs/inclusion?index=1&index=2", ["index"]),
        ("proofs/consistency", ["first"]),
        ("proofs/consistency?first=7&second=6", ["second"]),
        ("proofs/consistency?first=x&second=0", ["first", "second"]),
        ("log?first=2&end=1", ["end"]),
        ("log?first=-1&end=0", ["first", "end"]),
    ],
)
async def test_what_cannot_be_asked_is_named(http: httpx.AsyncClient, path: str, fields: list[str]):
    response = await http.get(f"/v1/audit/{path}")

    problem = response.json()
    assert (400, "INVALID_REQUEST") == (response.status_code, problem["reason"])
    assert fields == [violation["field"] for violation in problem["violations"]]


@pytest.mark.parametrize(
    ("path", "status", "reason"),
    [
        ("checkpoint?size=76", 404, "TREE_SIZE_TOO_LARGE"),
        ("checkpoint?size=74", 404, "NO_CHECKPOINT"),
        (f"proofs/inclusion?event_id={99:026d}", 404, "EVENT_NOT_FOUND"),
        ("proofs/inclusion?index=75", 404, "EVENT_NOT_FOUND"),
        ("proofs/inclusion?index=20&size=10", 404, "EVENT_NOT_IN_TREE"),
        ("proofs/inclusion?index=3", 410, "EVENT_RETIRED"),
        ("proofs/consistency?first=1&second=76", 404, "TREE_SIZE_TOO_LARGE"),
        ("log?first=76", 404, "TREE_SIZE_TOO_LARGE"),
    ],
)
async def test_what_the_log_cannot_prove_is_a_problem(http: httpx.AsyncClient, path: str, status: int, reason: str):
    response = await http.get(f"/v1/audit/{path}")

    assert (status, reason) == (response.status_code, response.json()["reason"])
    assert "application/problem+json" == response.headers["Content-Type"]


async def test_a_retired_event_says_where_the_log_begins(http: httpx.AsyncClient):
    problem = (await http.get("/v1/audit/proofs/inclusion?index=3")).json()

    assert ("PCF-SYS-005", {"first_index": "4"}) == (problem["code"], problem["details"])
