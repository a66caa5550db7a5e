"""What the real log proves through the real gateway, judged by a third party's verifier of RFC 6962 trees."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import httpx
import pymerkle
import pytest
from google.protobuf.timestamp_pb2 import Timestamp
from pcf.audit.v1 import audit_pb2 as pb
from pcf.audit.v1.audit_pb2_grpc import AuditServiceStub
from pcf_audit.bootstrap import running as audit_running
from pcf_audit.keyring import Keyring
from pcf_audit.settings import AuditSettings
from pcf_gateway.bootstrap import running as gateway_running
from pcf_gateway.settings import GatewaySettings
from pcf_runtime.checkpoint import Checkpoint
from pcf_runtime.client import open_channel, service_config
from pcf_runtime.merkle import leaf_hash
from pcf_runtime.signed_note import Verifier, open_note

# Whole services, with logs of hundreds of events.
pytestmark = pytest.mark.slow

SIZE = 300


@pytest.fixture
def settings(tmp_path: Path) -> AuditSettings:
    return AuditSettings(database=tmp_path / "audit.db", port=0, metrics_port=0)


@pytest.fixture
def verifier(settings: AuditSettings) -> Verifier:
    return Keyring.of(settings).notary.verifier


@pytest.fixture
async def rest(settings: AuditSettings) -> AsyncIterator[httpx.AsyncClient]:
    """The gateway before a log of 300 events, from ten calls."""
    async with AsyncExitStack() as stack:
        audit = await stack.enter_async_context(audit_running(settings))
        target = f"127.0.0.1:{audit.port}"
        channel = open_channel(target, service_config=service_config("pcf.audit.v1"))
        stack.push_async_callback(channel.close)
        for first in range(0, SIZE, 30):
            events = [event(index) for index in range(first, first + 30)]
            await AuditServiceStub(channel).AppendEvents(pb.AppendEventsRequest(events=events))
        edge = GatewaySettings(port=0, metrics_port=0, audit_target=target)
        gateway = await stack.enter_async_context(gateway_running(edge))
        base = f"http://127.0.0.1:{gateway.port}/v1/audit"
        yield await stack.enter_async_context(httpx.AsyncClient(base_url=base))


def event(index: int) -> pb.Event:
    return pb.Event(
        event_id=f"{index:026d}",
        type="build.created",
        event_time=Timestamp(seconds=index),
        actor="größe@example.com",
        outcome=pb.Event.OUTCOME_SUCCEEDED,
        personal={"prompt": "a slider"},
    )


def theirs(proof: dict[str, Any]) -> pymerkle.InclusionProof:
    """The same proof in the form that pymerkle verifies; what shape it must have, pymerkle knows."""
    shape = pymerkle.InmemoryTree("sha256")
    shape.append_entries(b"other" for _ in range(proof["tree_size"]))
    index = proof["index"] + 1
    path = [leaf_hash(proof["content"].encode()), *map(bytes.fromhex, proof["hashes"])]
    rule = shape.prove_inclusion(index, proof["tree_size"]).rule
    return pymerkle.InclusionProof("sha256", True, proof["tree_size"], index, rule, path)


async def asked(rest: httpx.AsyncClient, verifier: Verifier, **query: Any) -> tuple[dict[str, Any], bytes]:
    """A proof, and the root that the log signed for it."""
    proof = (await rest.get("/proofs/inclusion", params=query)).raise_for_status().json()
    signed = Checkpoint.parse(open_note(proof["checkpoint"]["note"], verifier))
    assert signed.size == proof["tree_size"]
    return proof, signed.root


@pytest.mark.parametrize("size", [30, 270, 300])
async def test_a_proof_is_accepted(rest: httpx.AsyncClient, verifier: Verifier, size: int):
    for index in (0, 1, 17, size // 2, size - 2, size - 1):
        proof, root = await asked(rest, verifier, event_id=f"{index:026d}", size=size)
        leaf = leaf_hash(proof["content"].encode())
        pymerkle.verify_inclusion(leaf, root, theirs(proof), index=index + 1, size=size)


@pytest.mark.parametrize("forgery", ["content", "hash", "order", "index"])
async def test_a_forged_proof_is_refused(rest: httpx.AsyncClient, verifier: Verifier, forgery: str):
    proof, root = await asked(rest, verifier, index=123)
    leaf = leaf_hash(proof["content"].encode())
    match forgery:
        case "content":
            proof["content"] = proof["content"].replace("build.created", "build.deleted")
        case "hash":
            proof["hashes"][3] = leaf.hex()
        case "order":
            proof["hashes"][:2] = proof["hashes"][1::-1]
        case "index":
            proof["index"] = 124

    with pytest.raises(pymerkle.InvalidProof):
        pymerkle.verify_inclusion(leaf, root, theirs(proof), index=124, size=SIZE)


async def test_the_log_makes_the_tree_that_was_signed(rest: httpx.AsyncClient, verifier: Verifier):
    lines = (await rest.get("/log")).content.splitlines()
    note = (await rest.get("/checkpoint")).json()["note"]
    tree = pymerkle.InmemoryTree("sha256")
    tree.append_entries(lines)

    assert SIZE == len(lines)
    assert Checkpoint.parse(open_note(note, verifier)).root == tree.get_root()
    assert not any(b"a slider" in line or "größe".encode() in line for line in lines)


async def test_what_was_told_is_read_back(rest: httpx.AsyncClient):
    found = (await rest.get(f"/events/{7:026d}")).json()

    assert ("größe@example.com", "default", False) == (found["actor"], found["tenant"], found["erased"])
    assert {"prompt": "a slider"} == found["personal"]
    assert (await rest.get("/verification")).json()["valid"]


@pytest.mark.parametrize(
    ("path", "status", "reason"),
    [
        ("/checkpoint?size=299", 404, "NO_CHECKPOINT"),
        ("/checkpoint?size=301", 404, "TREE_SIZE_TOO_LARGE"),
        ("/proofs/inclusion?index=300", 404, "EVENT_NOT_IN_TREE"),
        ("/proofs/inclusion?index=200&size=30", 404, "EVENT_NOT_IN_TREE"),
        (f"/proofs/inclusion?event_id={'9' * 26}", 404, "EVENT_NOT_FOUND"),
        ("/proofs/consistency?first=301", 404, "TREE_SIZE_TOO_LARGE"),
        ("/proofs/consistency?first=5&second=4", 400, "INVALID_REQUEST"),
        ("/log?first=301", 404, "TREE_SIZE_TOO_LARGE"),
        ("/log?end=301", 404, "TREE_SIZE_TOO_LARGE"),
    ],
)
async def test_what_there_is_not_is_a_problem(rest: httpx.AsyncClient, path: str, status: int, reason: str):
    response = await rest.get(path)

    assert (status, reason) == (response.status_code, response.json()["reason"])
