"""The audit log, as far as it can be read from outside."""

from typing import Literal

from pydantic import Field

from pcf_gateway.resources.fields import Id, Resource, Time


class AuditEvent(Resource):
    """Something that happened, as its witness reported it and the log recorded it."""

    id: Id
    type: str
    event_time: Time = Field(description="When, by the witness's clock.")
    actor: str
    build_id: Id | None = Field(description="The build it is about, if any.")
    request_id: str
    outcome: Literal["succeeded", "refused", "failed"]
    details: dict[str, str] = Field(description="Named facts: ids, hashes, codes, counts.")
    index: int = Field(description="Position in the log, from 0.")
    record_time: Time = Field(description="When the log recorded it.")
    previous_hash: str
    entry_hash: str = Field(description="SHA-256 over previous_hash and the canonical content.")


class AuditEventPage(Resource):
    """Audit events, newest first."""

    events: list[AuditEvent]
    next_page_token: str | None = Field(description="Token of the next page; null at the end.")


class AuditVerification(Resource):
    """Whether the chain of hashes holds."""

    valid: bool
    event_count: int
    head_hash: str
    broken_index: int | None = Field(description="Where it first breaks; null when valid.")
    fault: str | None = Field(description="How it breaks; null when valid.")
