"""The audit log, as far as it can be read from outside."""

from typing import Annotated, Literal

from pydantic import Field

from pcf_gateway.resources.fields import Id, Resource, Time

Hash = Annotated[str, Field(json_schema_extra={"pattern": "^[0-9a-f]{64}$"})]


class AuditEvent(Resource):
    """Something that happened, as its witness reported it and the log recorded it."""

    id: Id
    type: str
    event_time: Time = Field(description="When, by the witness's clock.")
    actor: str = Field(description="Who made it happen; `erased` once the tenant's key is gone.")
    tenant: str = Field(description="Whose event it is.")
    build_id: Id | None = Field(description="The build it is about, if any.")
    request_id: str
    outcome: Literal["succeeded", "refused", "failed"]
    details: dict[str, str] = Field(description="Named facts: ids, hashes, codes, counts.")
    personal: dict[str, str] = Field(description="What is personal, such as a prompt; empty once erased.")
    erased: bool = Field(description="Whether the tenant's key is gone, and with it who acted and what is personal.")
    index: int = Field(description="Position in the log, from 0.")
    record_time: Time = Field(description="When the log recorded it.")
    leaf_hash: Hash = Field(description="Hash of the event's leaf: SHA-256 of a zero byte and the canonical content.")


class AuditEventPage(Resource):
    """Audit events, newest first."""

    events: list[AuditEvent]
    next_page_token: str | None = Field(description="Token of the next page; null at the end.")


class AuditVerification(Resource):
    """Whether the log and its Merkle tree agree."""

    valid: bool
    event_count: int
    first_index: int = Field(description="The first event that was checked; those before it are retired.")
    root_hash: Hash = Field(description="Root of the tree that was checked.")
    broken_index: int | None = Field(description="Where it first breaks; null when valid.")
    fault: str | None = Field(description="How it breaks; null when valid.")


class AuditCheckpoint(Resource):
    """What the log signed about its tree at one time."""

    note: str = Field(description="The signed note, a C2SP tlog-checkpoint: keep it, it binds the log.")
    tree_size: int = Field(description="How many events the tree has.")
    root_hash: Hash = Field(description="Root of the tree.")


class AuditInclusionProof(Resource):
    """Shows that an event is in the tree of a checkpoint (RFC 9162, 2.1.3.2)."""

    kind: Literal["inclusion"] = "inclusion"
    index: int = Field(description="The event's position in the log.")
    tree_size: int
    content: str = Field(description="The event's canonical content, whose UTF-8 the leaf hash is of.")
    leaf_hash: Hash
    hashes: list[Hash] = Field(description="From the leaf's neighbour upwards.")
    checkpoint: AuditCheckpoint


class AuditConsistencyProof(Resource):
    """Shows that a tree is an earlier one with nothing but events added behind it (RFC 9162, 2.1.4.2)."""

    kind: Literal["consistency"] = "consistency"
    first_size: int
    second_size: int
    hashes: list[Hash] = Field(description="Empty when the trees are the same, or the first is empty.")
    checkpoint: AuditCheckpoint | None = Field(description="Of the later tree; null when none was signed at its size.")
