"""A build: a prompt on its way to a component, its states and its events."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from pcf_generator.domain.finding import Finding
from pcf_generator.domain.refusal import Problem, Question
from pcf_generator.domain.stage import Stage
from pcf_generator.domain.tenant import DEFAULT


class BuildState(StrEnum):
    """How far a build has come."""

    QUEUED = "queued"
    RUNNING = "running"
    NEEDS_INPUT = "needs_input"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def ended(self) -> bool:
        """Whether it will not go on by itself or by an answer."""
        return self in {BuildState.SUCCEEDED, BuildState.FAILED, BuildState.CANCELLED}

    @property
    def settled(self) -> bool:
        """Whether nothing more happens until someone acts."""
        return self.ended or self is BuildState.NEEDS_INPUT


class EventType(StrEnum):
    """What happened to a build."""

    CREATED = "created"
    STAGE_STARTED = "stage_started"
    STAGE_SUCCEEDED = "stage_succeeded"
    NEEDS_INPUT = "needs_input"
    ANSWERED = "answered"
    RESUMED = "resumed"
    HANDED_BACK = "handed_back"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class BuildOptions:
    """What the maker set beside the prompt; empty means not set."""

    component_name: str = ""
    namespace: str = ""
    publisher_prefix: str = ""
    display_name: str = ""
    description: str = ""
    language: str = ""
    publisher_name: str = ""
    publisher_display_name: str = ""
    solution_name: str = ""
    version: str = ""
    previous_version: str = ""
    managed: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """A question's id and the choice taken."""

    question_id: str
    choice_id: str


@dataclass(frozen=True, slots=True)
class Artifact:
    """A file a build made, addressed by its content. `kind` is `source`, `solution`, `managed-solution` or `report`."""

    kind: str
    filename: str
    media_type: str
    sha256: str
    size_bytes: int


@dataclass(frozen=True, slots=True)
class Result:
    """What a build made."""

    capability_id: str
    component_name: str
    namespace: str
    display_name: str
    findings: tuple[Finding, ...]
    artifacts: tuple[Artifact, ...]


@dataclass(frozen=True, slots=True)
class Build:
    """One build as it stands. `id` is a ULID; `actor` is who asked for it, and `tenant` whose it is.

    `claims` counts the runs since it last got on: the one that completed a stage and those after it.
    """

    id: str
    prompt: str
    options: BuildOptions
    actor: str
    state: BuildState
    create_time: datetime
    update_time: datetime
    request_id: str = ""
    trace: str = ""
    """The W3C traceparent of the request that created it, if that was recorded: whoever works on it goes on there."""
    tenant: str = DEFAULT
    stage: Stage | None = None
    question: Question | None = None
    answers: tuple[Answer, ...] = ()
    problem: Problem | None = None
    result: Result | None = None
    brain_release: str = ""
    last_sequence: int = 0
    claims: int = 0
    end_time: datetime | None = None

    @property
    def name(self) -> str:
        """Its resource name."""
        return f"builds/{self.id}"


@dataclass(frozen=True, slots=True)
class NewEvent:
    """An event about to be recorded; the store numbers it."""

    type: EventType
    message: str
    stage: Stage | None = None
    duration_s: float | None = None


@dataclass(frozen=True, slots=True)
class BuildEvent:
    """An event of a build, numbered 1, 2, 3 … without a gap."""

    build_id: str
    sequence: int
    event_time: datetime
    state: BuildState
    event: NewEvent
