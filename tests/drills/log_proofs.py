"""Whether a log is the one that was seen before, by the proofs that anybody can ask for."""

from dataclasses import dataclass

from pcf.audit.v1 import audit_pb2, audit_pb2_grpc
from pcf_runtime.client import open_channel, service_config
from pcf_runtime.errors import ServiceError
from pcf_runtime.merkle import verify_consistency

__all__ = ["Kept", "goes_on", "keep"]


@dataclass(frozen=True, slots=True)
class Kept:
    """What somebody wrote down of a log."""

    size: int
    root: bytes


async def keep(target: str) -> Kept:
    """The newest checkpoint."""
    async with open_channel(target, service_config=service_config("pcf.audit.v1")) as channel:
        stub = audit_pb2_grpc.AuditServiceStub(channel)
        told = await stub.GetCheckpoint(audit_pb2.GetCheckpointRequest(), timeout=20)
        return Kept(told.tree_size, bytes.fromhex(told.root_hash))


async def goes_on(target: str, kept: Kept) -> bool:
    """Whether the log of now is the one of then with nothing but events added behind it."""
    async with open_channel(target, service_config=service_config("pcf.audit.v1")) as channel:
        stub = audit_pb2_grpc.AuditServiceStub(channel)
        now = await stub.GetCheckpoint(audit_pb2.GetCheckpointRequest(), timeout=20)
        asked = audit_pb2.ProveConsistencyRequest(first_size=kept.size, second_size=now.tree_size)
        try:
            proof = await stub.ProveConsistency(asked, timeout=20)
        except ServiceError:
            return False
    root = bytes.fromhex(now.root_hash)
    return verify_consistency(kept.size, kept.root, now.tree_size, root, list(proof.hashes))
