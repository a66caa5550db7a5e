"""What the generator tells the audit log."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from pcf_generator.domain.build import Build


class Outcome(StrEnum):
    """How something ended."""

    SUCCEEDED = "succeeded"
    REFUSED = "refused"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class TrailEntry:
    """Something that happened, before it has an id, a time and an actor.

    `details` never hold what a user wrote; `personal` may, for the audit log encrypts it under the tenant's key.
    """

    type: str
    outcome: Outcome = Outcome.SUCCEEDED
    details: Mapping[str, str] = field(default_factory=dict)
    personal: Mapping[str, str] = field(default_factory=dict)


def created_entry(build: Build) -> TrailEntry:
    """That a build was asked for, with the maker's own words."""
    return TrailEntry("build.created", personal={"prompt": build.prompt})


@dataclass(frozen=True, slots=True)
class AuditEvent:
    """A trail entry on its way to the audit log; the id makes delivery safe to repeat."""

    event_id: str
    build_id: str
    event_time: datetime
    actor: str
    request_id: str
    tenant: str
    entry: TrailEntry
    trace: str = ""
    """The traceparent that its build was created with."""


@dataclass(frozen=True, slots=True)
class Route:
    """One routing decision of the brain: which files a task got, and at what cost."""

    task: str
    release: str
    files: tuple[tuple[str, str], ...]
    """(path, sha256) in order."""
    estimated_tokens: int
    token_budget: int
    cache_hits: int

    def entry(self) -> TrailEntry:
        """The decision as the audit log keeps it."""
        return TrailEntry(
            "route.decided",
            details={
                "task": self.task,
                "release": self.release,
                "files": " ".join(f"{path}@{sha[:12]}" for path, sha in self.files)[:2000],
                "estimated_tokens": str(self.estimated_tokens),
                "token_budget": str(self.token_budget),
                "cache_hits": str(self.cache_hits),
            },
        )
