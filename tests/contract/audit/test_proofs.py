"""AuditService.GetCheckpoint, ProveInclusion, ProveConsistency and ExportLog, checked as others would."""

import hashlib
import json
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from google.protobuf.timestamp_pb2 import Timestamp
from pcf.audit.v1 import audit_pb2 as pb
from pcf.audit.v1.audit_pb2_grpc import AuditServiceStub
from pcf_runtime import merkle
from pcf_runtime.checkpoint import Checkpoint
from pcf_runtime.errors import InvalidArgument, NotFound, OutOfRange
from pcf_runtime.signed_note import Verifier, open_note
from pcf_runtime.testing import expect_error
from pymerkle.core import _inclusion_path_layout
from pymerkle.proof import InclusionProof, InvalidProof

MessageMaker = Callable[..., pb.Event]
BATCH = 7
COUNT = 602


@pytest.fixture
async def grown(audit: Any, make_message: MessageMaker) -> AuditServiceStub:
    """A log of 86 transactions, seven events each."""
    for first in range(0, COUNT, BATCH):
        events = [make_message(number) for number in range(first, first + BATCH)]
        await audit.stub.AppendEvents(pb.AppendEventsRequest(events=events))
    return audit.stub


def opened(checkpoint: pb.Checkpoint, verifier: Verifier) -> Checkpoint:
    """The checkpoint as its signature vouches for it; what the message says beside must be the same."""
    signed = Checkpoint.parse(open_note(checkpoint.note, verifier))
    assert (signed.size, signed.root.hex()) == (checkpoint.tree_size, checkpoint.root_hash)
    return signed


async def chunks(stub: AuditServiceStub, **range_: int) -> list[pb.LogChunk]:
    return [chunk async for chunk in stub.ExportLog(pb.ExportLogRequest(**range_))]


def contents_of(found: Sequence[pb.LogChunk]) -> list[bytes]:
    return [content for chunk in found for content in chunk.contents]


async def test_the_newest_checkpoint_is_over_all_contents(audit: Any, grown: AuditServiceStub):
    signed = opened(await grown.GetCheckpoint(pb.GetCheckpointRequest()), audit.verifier)
    frontier = merkle.Frontier()
    for content in contents_of(await chunks(grown)):
        frontier.append(hashlib.sha256(b"\0" + content).digest())

    assert ("test.audit", COUNT, frontier.root()) == (signed.origin, signed.size, signed.root)


async def test_each_transaction_has_a_checkpoint(audit: Any, grown: AuditServiceStub):
    signed = opened(await grown.GetCheckpoint(pb.GetCheckpointRequest(tree_size=BATCH)), audit.verifier)

    assert signed.size == BATCH


@pytest.mark.parametrize("size", [1, BATCH - 1, BATCH + 1])
async def test_a_size_at_which_nothing_was_signed_has_no_checkpoint(grown: AuditServiceStub, size: int):
    with expect_error(NotFound, reason="NO_CHECKPOINT", domain="audit.pcf"):
        await grown.GetCheckpoint(pb.GetCheckpointRequest(tree_size=size))


async def test_an_empty_log_has_no_checkpoint(stub: AuditServiceStub):
    with expect_error(NotFound, reason="NO_CHECKPOINT"):
        await stub.GetCheckpoint(pb.GetCheckpointRequest())


async def test_a_size_that_the_log_has_not_is_told(grown: AuditServiceStub):
    with expect_error(OutOfRange, reason="TREE_SIZE_TOO_LARGE", domain="audit.pcf") as refused:
        await grown.GetCheckpoint(pb.GetCheckpointRequest(tree_size=COUNT + 1))

    assert refused.error is not None
    assert refused.error.metadata["tree_size"] == str(COUNT)


@pytest.mark.parametrize("index", [0, 1, 255, 256, 511, 512, 600, 601])
async def test_an_inclusion_proof_is_accepted_here_and_by_others(audit: Any, grown: AuditServiceStub, index: int):
    proof = await grown.ProveInclusion(pb.ProveInclusionRequest(index=index))
    signed = opened(proof.checkpoint, audit.verifier)
    leaf = merkle.leaf_hash(proof.content)

    assert json.loads(proof.content)["event_id"] == f"{index:026d}"
    assert (proof.index, proof.tree_size) == (index, signed.size)
    assert merkle.verify_inclusion(leaf, index, signed.size, proof.hashes, signed.root)
    assert accepted_by_pymerkle(proof.content, index, signed, proof.hashes)


@pytest.mark.parametrize("index", [0, 300, 601])
async def test_a_forged_inclusion_proof_is_refused_by_others(audit: Any, grown: AuditServiceStub, index: int):
    proof = await grown.ProveInclusion(pb.ProveInclusionRequest(index=index))
    signed = opened(proof.checkpoint, audit.verifier)
    forged = proof.content.replace(b"star-rating", b"toggle")

    assert not accepted_by_pymerkle(forged, index, signed, proof.hashes)
    assert not accepted_by_pymerkle(proof.content, (index + 1) % COUNT, signed, proof.hashes)
    for at in range(len(proof.hashes)):
        hashes = [*proof.hashes]
        hashes[at] = hashlib.sha256(hashes[at]).digest()
        assert not accepted_by_pymerkle(proof.content, index, signed, hashes)


def accepted_by_pymerkle(content: bytes, index: int, signed: Checkpoint, hashes: Sequence[bytes]) -> bool:
    leaf = hashlib.sha256(b"\0" + content).digest()
    rule, _ = _inclusion_path_layout(index + 1, signed.size)
    theirs = InclusionProof("sha256", True, signed.size, index + 1, rule, [leaf, *hashes])
    try:
        theirs.verify(leaf, signed.root, index=index + 1, size=signed.size, algorithm="sha256")
    except InvalidProof:
        return False
    return True


async def test_an_event_can_be_named_and_proved_in_an_older_tree(audit: Any, grown: AuditServiceStub):
    proof = await grown.ProveInclusion(pb.ProveInclusionRequest(name=f"events/{257:026d}", tree_size=BATCH * 40))
    signed = opened(proof.checkpoint, audit.verifier)

    assert (proof.index, signed.size) == (257, 280)
    assert merkle.verify_inclusion(merkle.leaf_hash(proof.content), 257, 280, proof.hashes, signed.root)


@pytest.mark.parametrize(
    ("request_", "kind", "reason"),
    [
        (pb.ProveInclusionRequest(name=f"events/{9_999:026d}"), NotFound, "EVENT_NOT_FOUND"),
        (pb.ProveInclusionRequest(index=COUNT), OutOfRange, "EVENT_NOT_IN_TREE"),
        (pb.ProveInclusionRequest(index=300, tree_size=BATCH), OutOfRange, "EVENT_NOT_IN_TREE"),
        (pb.ProveInclusionRequest(index=0, tree_size=BATCH + 1), NotFound, "NO_CHECKPOINT"),
        (pb.ProveInclusionRequest(index=0, tree_size=COUNT + 1), OutOfRange, "TREE_SIZE_TOO_LARGE"),
        (pb.ProveInclusionRequest(), InvalidArgument, "INVALID_REQUEST"),
        (pb.ProveInclusionRequest(index=-1), InvalidArgument, "INVALID_REQUEST"),
        (pb.ProveInclusionRequest(name="x"), InvalidArgument, "INVALID_REQUEST"),
        (pb.ProveInclusionRequest(index=0, tree_size=-1), InvalidArgument, "INVALID_REQUEST"),
    ],
)
async def test_what_cannot_be_proved_is_told(
    grown: AuditServiceStub, request_: pb.ProveInclusionRequest, kind: type[Exception], reason: str
):
    with expect_error(kind, reason=reason, domain="audit.pcf"):  # type: ignore[type-var]
        await grown.ProveInclusion(request_)


@pytest.mark.parametrize(
    ("first", "second"), [(0, 0), (7, 7), (7, 14), (255, 256), (256, 601), (1, COUNT), (300, 301), (COUNT, COUNT)]
)
async def test_a_consistency_proof_is_accepted(grown: AuditServiceStub, first: int, second: int):
    proof = await grown.ProveConsistency(pb.ProveConsistencyRequest(first_size=first, second_size=second))
    frontier, roots = merkle.Frontier(), [merkle.EMPTY_ROOT]
    for content in contents_of(await chunks(grown)):
        frontier.append(merkle.leaf_hash(content))
        roots.append(frontier.root())
    second = second or COUNT

    assert (first, second) == (proof.first_size, proof.second_size)
    assert merkle.verify_consistency(first, roots[first], second, roots[second], proof.hashes)
    assert proof.HasField("checkpoint") == (second % BATCH == 0)


async def test_a_consistency_proof_brings_the_later_checkpoint(audit: Any, grown: AuditServiceStub):
    proof = await grown.ProveConsistency(pb.ProveConsistencyRequest(first_size=5))

    assert opened(proof.checkpoint, audit.verifier).size == COUNT


@pytest.mark.parametrize(
    ("first", "second", "kind", "reason"),
    [
        (8, 7, InvalidArgument, "TREE_SIZES_REVERSED"),
        (1, COUNT + 1, OutOfRange, "TREE_SIZE_TOO_LARGE"),
        (COUNT + 1, 0, OutOfRange, "TREE_SIZE_TOO_LARGE"),
        (-1, 0, InvalidArgument, "INVALID_REQUEST"),
    ],
)
async def test_sizes_that_prove_nothing_are_told(
    grown: AuditServiceStub, first: int, second: int, kind: type[Exception], reason: str
):
    with expect_error(kind, reason=reason, domain="audit.pcf"):  # type: ignore[type-var]
        await grown.ProveConsistency(pb.ProveConsistencyRequest(first_size=first, second_size=second))


@pytest.mark.parametrize(("first", "end"), [(0, 0), (0, 1), (3, 600), (256, 512), (601, 602), (300, 300), (602, 0)])
async def test_a_range_of_contents_can_be_grown_on(audit: Any, grown: AuditServiceStub, first: int, end: int):
    """From the frontier that comes with it, to the root of the whole."""
    found = await chunks(grown, first=first, end=end)
    rest = await chunks(grown, first=end or COUNT)
    frontier = merkle.Frontier(first, found[0].frontier)
    for content in (*contents_of(found), *contents_of(rest)):
        frontier.append(merkle.leaf_hash(content))
    signed = opened(await grown.GetCheckpoint(pb.GetCheckpointRequest()), audit.verifier)

    assert len(contents_of(found)) == (end or COUNT) - first
    assert signed.root == frontier.root()
    assert not any(chunk.frontier for chunk in found[1:])


async def test_messages_stay_below_a_mebibyte(stub: AuditServiceStub, make_message: MessageMaker):
    large = {f"{number:064d}": "\x01" * 2_000 for number in range(40)}
    personal = {f"{number:064d}": "\N{GRINNING FACE}" * 8_000 for number in range(10)}
    for number in range(5):
        await stub.AppendEvents(
            pb.AppendEventsRequest(
                events=[make_message(number, details=large, personal=personal), make_message(9 + number)]
            )
        )
    found = await chunks(stub)

    assert [chunk.first for chunk in found] == list(range(10))
    assert max(chunk.ByteSize() for chunk in found) <= 1024 * 1024
    assert len(contents_of(found)) == 10


async def test_an_empty_log_exports_one_empty_message(stub: AuditServiceStub):
    assert [pb.LogChunk()] == await chunks(stub)


@pytest.mark.parametrize(
    ("first", "end", "kind", "reason"),
    [
        (0, COUNT + 1, OutOfRange, "TREE_SIZE_TOO_LARGE"),
        (COUNT + 1, 0, OutOfRange, "TREE_SIZE_TOO_LARGE"),
        (5, 4, InvalidArgument, "RANGE_REVERSED"),
        (-1, 4, InvalidArgument, "INVALID_REQUEST"),
    ],
)
async def test_a_range_that_is_none_is_told(
    grown: AuditServiceStub, first: int, end: int, kind: type[Exception], reason: str
):
    with expect_error(kind, reason=reason, domain="audit.pcf"):  # type: ignore[type-var]
        await chunks(grown, first=first, end=end)


async def test_anyone_can_recompute_a_content(stub: AuditServiceStub, make_message: MessageMaker):
    """The recipe of the documentation, with nothing of the service's own code; what is sealed is taken as it is."""
    events = [make_message(0, details={"z": "ü", "a": ""}), make_message(1, build="", personal={"prompt": "x"})]
    await stub.AppendEvents(pb.AppendEventsRequest(events=events))
    stored = [event async for event in stub.ExportEvents(pb.ExportEventsRequest())]
    for event, content in zip(stored, contents_of(await chunks(stub)), strict=True):
        sealed = json.loads(content)
        members = {
            "actor": sealed["actor"],
            "build": event.build,
            "details": dict(event.details),
            "event_id": event.event_id,
            "event_time": nine_digits(event.event_time),
            "index": event.index,
            "outcome": pb.Event.Outcome.Name(event.outcome).removeprefix("OUTCOME_").lower(),
            "personal": sealed["personal"],
            "record_time": nine_digits(event.record_time),
            "request_id": event.request_id,
            "tenant": event.tenant,
            "type": event.type,
        }
        text = json.dumps(members, sort_keys=True, ensure_ascii=False, separators=(",", ":"))

        assert text.encode() == content
        assert event.leaf_hash == hashlib.sha256(b"\0" + content).hexdigest()
        assert b"maker@example.com" not in content


def nine_digits(time: Timestamp) -> str:
    return f"{time.ToDatetime():%Y-%m-%dT%H:%M:%S}.{time.nanos:09d}Z"
