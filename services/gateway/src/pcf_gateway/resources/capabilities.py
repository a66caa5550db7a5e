"""The kinds of control that can be built, and the release of the knowledge they come from."""

from typing import Annotated

from pydantic import Field

from pcf_gateway.resources.fields import Resource, Time
from pcf_gateway.resources.patterns import CAPABILITY_ID, Matching

CapabilityId = Annotated[
    str,
    Matching(CAPABILITY_ID, "be lower-case letters, digits and dashes"),
    Field(examples=["star-rating"]),
]


class Feature(Resource):
    """A switchable part of what the control does."""

    feature_id: str
    description: str


class Parameter(Resource):
    """Something the prompt can set."""

    name: str
    description: str
    type: str = Field(description="integer, number, boolean, text, choice or colour.")
    default_value: str
    minimum: float | None
    maximum: float | None
    choices: list[str]


class Property(Resource):
    """A property in the control's manifest."""

    name: str
    description: str
    of_types: list[str]
    usage: str = Field(description="bound, input or output.")
    required: bool


class Prohibition(Resource):
    """A wish this kind refuses."""

    prohibition_id: str
    reason: str
    alternative: str


class Capability(Resource):
    """One kind of control."""

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


class CapabilityPage(Resource):
    """Kinds of control, by id."""

    capabilities: list[Capability]
    next_page_token: str | None = Field(description="Token of the next page; null at the end.")


class BrainRelease(Resource):
    """The knowledge that new builds use."""

    id: str = Field(description="First 16 digits of the manifest's SHA-256.")
    version: str
    manifest_sha256: str
    files: dict[str, str] = Field(description="Path to SHA-256.")
    size_bytes: int
    load_time: Time
