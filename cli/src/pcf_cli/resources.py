"""The REST resources as JSON brings them; documented in the server's /openapi.json."""

from typing import Final, Literal, TypedDict

__all__ = [
    "SETTLED",
    "STAGES",
    "Artifact",
    "AuditEvent",
    "Build",
    "BuildEvent",
    "BuildProblem",
    "Capability",
    "Checkpoint",
    "Choice",
    "ConsistencyProof",
    "DayUsage",
    "FileVerification",
    "Finding",
    "Key",
    "MadeKey",
    "Parameter",
    "Problem",
    "Question",
    "Result",
    "Usage",
    "UsageTotals",
    "Verification",
]

SETTLED: Final = frozenset({"succeeded", "failed", "cancelled", "needs_input"})
"""States that do not change by themselves."""

STAGES: Final = {
    "intent-interpretation": "Read the prompt",
    "capability-matching": "Find the kind of control",
    "specification-generation": "Write the specification",
    "rules-validation": "Check it by the rules",
    "final-validation": "Approve it",
    "code-generation": "Write the code",
    "packaging": "Check and pack",
}


class Choice(TypedDict):
    choice_id: str
    label: str


class Question(TypedDict):
    question_id: str
    code: str
    text: str
    choices: list[Choice]


class BuildProblem(TypedDict):
    """Why a build failed."""

    code: str
    stage: str | None
    message: str
    userMessage: str
    suggestion: str
    alternatives: list[str]
    details: dict[str, str]


class Violation(TypedDict):
    field: str
    description: str


class Problem(TypedDict):
    """Why a request was refused (RFC 9457)."""

    title: str
    status: int
    detail: str
    instance: str
    code: str
    stage: str | None
    userMessage: str
    suggestion: str
    alternatives: list[str]
    reason: str
    violations: list[Violation]


class Finding(TypedDict):
    rule_id: str
    severity: Literal["info", "warning", "error"]
    action: Literal["noted", "fixed", "downgraded", "rejected"]
    message: str
    suggestion: str


class Artifact(TypedDict):
    kind: str
    filename: str
    media_type: str
    sha256: str
    size_bytes: int
    href: str


class Result(TypedDict):
    capability_id: str
    component_name: str
    namespace: str
    display_name: str
    findings: list[Finding]
    artifacts: list[Artifact]


class Build(TypedDict):
    id: str
    prompt: str
    state: str
    stage: str | None
    question: Question | None
    problem: BuildProblem | None
    result: Result | None
    brain_release: str | None
    last_sequence: int
    create_time: str
    update_time: str
    end_time: str | None


class KnownFile(TypedDict):
    kind: str
    filename: str
    media_type: str
    size_bytes: int


class Origin(TypedDict):
    """A build that made a file."""

    id: str
    component_name: str
    namespace: str
    display_name: str
    kind: str
    brain_release: str | None
    create_time: str
    href: str


class FileVerification(TypedDict):
    sha256: str
    known: bool
    artifact: KnownFile | None
    builds: list[Origin]
    total: int


class UsageTotals(TypedDict):
    """Calls to language models, added up."""

    calls: int
    failed_calls: int
    cancelled_calls: int
    input_tokens: int
    output_tokens: int
    cost_micros: int
    cost_usd: str


class DayUsage(UsageTotals):
    day: str
    provider: str
    model: str


class UnsettledCalls(TypedDict):
    calls: int
    most_micros: int
    most_usd: str


class DayCap(TypedDict):
    day: str
    cap_usd: str
    counted_usd: str
    left_usd: str


class Usage(TypedDict):
    tenant: str
    first_day: str
    last_day: str
    days: list[DayUsage]
    total: UsageTotals
    unsettled: UnsettledCalls
    today: DayCap
    next_page_token: str | None


class BuildEvent(TypedDict):
    sequence: int
    type: str
    state: str
    stage: str | None
    stage_index: int | None
    stage_count: int
    message: str
    duration_ms: float | None


class Feature(TypedDict):
    feature_id: str
    description: str


class Parameter(TypedDict):
    name: str
    description: str
    type: str
    default_value: str
    minimum: float | None
    maximum: float | None
    choices: list[str]


class Property(TypedDict):
    name: str
    description: str
    of_types: list[str]
    usage: str
    required: bool


class Prohibition(TypedDict):
    prohibition_id: str
    reason: str
    alternative: str


class Capability(TypedDict):
    id: str
    display_name: str
    description: str
    classification: str
    component_name: str
    tags: list[str]
    features: list[Feature]
    parameters: list[Parameter]
    properties: list[Property]
    prohibitions: list[Prohibition]
    example_prompts: list[str]


class AuditEvent(TypedDict):
    id: str
    type: str
    event_time: str
    actor: str
    build_id: str | None
    request_id: str
    outcome: str
    details: dict[str, str]
    index: int


class Checkpoint(TypedDict):
    note: str
    tree_size: int
    root_hash: str


class ConsistencyProof(TypedDict):
    first_size: int
    second_size: int
    hashes: list[str]
    checkpoint: Checkpoint | None


class Key(TypedDict):
    """An API key without its secret."""

    id: str
    name: str
    scopes: list[str]
    state: str
    create_time: str
    created_by: str
    expire_time: str | None
    revoke_time: str | None
    last_use_time: str | None


class MadeKey(TypedDict):
    """A new key; `secret` is all of it."""

    key: Key
    secret: str


class Verification(TypedDict):
    valid: bool
    event_count: int
    first_index: int
    root_hash: str
    broken_index: int | None
    fault: str | None
