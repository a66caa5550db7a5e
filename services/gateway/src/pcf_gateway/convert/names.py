"""What the values of the contracts' enums are called outside, and the other way round."""

from collections.abc import Mapping
from typing import Final, Literal, get_args

from pcf.audit.v1 import audit_pb2
from pcf.generator.v1 import generator_pb2
from pcf.generator.v1.generator_pb2 import Build, BuildEvent, Finding

from pcf_gateway.resources.events import EventType
from pcf_gateway.resources.fields import ArtifactKind, BuildState, StageName

# Stage 0 is "none", which is null outside.
STAGES: Final[Mapping[int, StageName | None]] = {
    generator_pb2.STAGE_UNSPECIFIED: None,
    generator_pb2.STAGE_INTERPRET: "intent-interpretation",
    generator_pb2.STAGE_MATCH: "capability-matching",
    generator_pb2.STAGE_SPECIFY: "specification-generation",
    generator_pb2.STAGE_VALIDATE: "rules-validation",
    generator_pb2.STAGE_APPROVE: "final-validation",
    generator_pb2.STAGE_GENERATE: "code-generation",
    generator_pb2.STAGE_PACKAGE: "packaging",
}
STATES: Final[Mapping[int, BuildState]] = {
    Build.STATE_QUEUED: "queued",
    Build.STATE_RUNNING: "running",
    Build.STATE_NEEDS_INPUT: "needs_input",
    Build.STATE_SUCCEEDED: "succeeded",
    Build.STATE_FAILED: "failed",
    Build.STATE_CANCELLED: "cancelled",
}
STATE_VALUES: Final[Mapping[BuildState, Build.State.ValueType]] = {
    "queued": Build.STATE_QUEUED,
    "running": Build.STATE_RUNNING,
    "needs_input": Build.STATE_NEEDS_INPUT,
    "succeeded": Build.STATE_SUCCEEDED,
    "failed": Build.STATE_FAILED,
    "cancelled": Build.STATE_CANCELLED,
}
EVENT_TYPES: Final[Mapping[int, EventType]] = {
    BuildEvent.TYPE_CREATED: "created",
    BuildEvent.TYPE_STAGE_STARTED: "stage-started",
    BuildEvent.TYPE_STAGE_SUCCEEDED: "stage-succeeded",
    BuildEvent.TYPE_NEEDS_INPUT: "needs-input",
    BuildEvent.TYPE_ANSWERED: "answered",
    BuildEvent.TYPE_RESUMED: "resumed",
    BuildEvent.TYPE_HANDED_BACK: "handed-back",
    BuildEvent.TYPE_SUCCEEDED: "succeeded",
    BuildEvent.TYPE_FAILED: "failed",
    BuildEvent.TYPE_CANCELLED: "cancelled",
}
SEVERITIES: Final[Mapping[int, Literal["info", "warning", "error"]]] = {
    Finding.SEVERITY_INFO: "info",
    Finding.SEVERITY_WARNING: "warning",
    Finding.SEVERITY_ERROR: "error",
}
ACTIONS: Final[Mapping[int, Literal["noted", "fixed", "downgraded", "rejected"]]] = {
    Finding.ACTION_NOTED: "noted",
    Finding.ACTION_FIXED: "fixed",
    Finding.ACTION_DOWNGRADED: "downgraded",
    Finding.ACTION_REJECTED: "rejected",
}
ARTIFACT_KINDS: Final[Mapping[str, ArtifactKind]] = {kind: kind for kind in get_args(ArtifactKind)}
OUTCOMES: Final[Mapping[int, Literal["succeeded", "refused", "failed"]]] = {
    audit_pb2.Event.OUTCOME_SUCCEEDED: "succeeded",
    audit_pb2.Event.OUTCOME_REFUSED: "refused",
    audit_pb2.Event.OUTCOME_FAILED: "failed",
}


def bare_id(name: str) -> str:
    """The last part of a resource name: `builds/01J…` is `01J…` outside."""
    return name.rpartition("/")[2]
