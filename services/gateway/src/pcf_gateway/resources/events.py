"""What happens to a build, as its event stream tells it."""

from typing import Literal

from pydantic import Field

from pcf_gateway.resources.fields import BuildState, Id, Resource, StageOrNull, Time

EventType = Literal[
    "created",
    "stage-started",
    "stage-succeeded",
    "needs-input",
    "answered",
    "resumed",
    "handed-back",
    "succeeded",
    "failed",
    "cancelled",
]


class BuildEvent(Resource):
    """The data of one server-sent event; its `id` is the sequence and its `event` the type."""

    build_id: Id
    sequence: int = Field(description="1, 2, 3 … without a gap within the build.")
    type: EventType
    event_time: Time
    state: BuildState = Field(description="The state of the build after it.")
    stage: StageOrNull
    stage_index: int | None = Field(description="Position of that stage, 1 to stage_count.")
    stage_count: int
    message: str = Field(description="A sentence for a person.")
    duration_ms: float | None = Field(description="How long the stage took, on stage-succeeded.")
