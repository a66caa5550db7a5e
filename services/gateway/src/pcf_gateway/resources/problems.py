"""The one shape of every error: RFC 9457 problem details with the product's members."""

from pydantic import BaseModel, ConfigDict, Field

from pcf_gateway.resources.fields import StageOrNull


class FieldViolation(BaseModel):
    """One field, parameter or header, and what is wrong with it."""

    field: str
    description: str


class Problem(BaseModel):
    """Why a request was not served, for programs (`code`, `reason`) and for people."""

    model_config = ConfigDict(frozen=True)

    type: str = Field(description="urn:pcf:problem: and the reason in kebab-case.")
    title: str = Field(description="The reason in words.")
    status: int = Field(description="The HTTP status, once more.")
    detail: str = Field(description="What went wrong this time, for developers.")
    instance: str = Field(description="The request, as /requests/{request id}; to be told when asking for help.")
    code: str = Field(description="The product's error code, PCF-…")
    stage: StageOrNull
    user_message: str = Field(serialization_alias="userMessage", description="For the maker.")
    suggestion: str = Field(description="What to do now.")
    alternatives: list[str] = Field(description="Things that would work instead.")
    details: dict[str, str] = Field(description="Named facts.")
    reason: str = Field(description="Machine-readable, UPPER_SNAKE.")
    violations: list[FieldViolation] = Field(description="What is wrong with which field; at most 20.")
