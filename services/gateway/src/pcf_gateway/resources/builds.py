"""Builds: what a maker sends, and what comes of it."""

from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, JsonValue, model_validator
from pydantic_core import PydanticCustomError

from pcf_gateway.resources.fields import ArtifactKind, BuildState, Id, Resource, StageOrNull, Time
from pcf_gateway.resources.patterns import (
    LANGUAGE,
    NO_NUL,
    PREFIX,
    SAYS_SOMETHING,
    SOLUTION_NAME,
    UNIQUE_NAME,
    VERSION,
    Matching,
)

_NO_NUL = Matching(NO_NUL, "not hold NUL characters")


_LETTERS = "letters, digits and underscores, a letter first"
_NUMBERS = "be three numbers of at most 9999, such as 1.0.0"
_VERSION_TWICE: dict[str, JsonValue] = {
    "required": ["version", "previous_version"],
    "properties": {"version": {"type": "string"}, "previous_version": {"type": "string"}},
}


def _own_prefix(prefix: str) -> str:
    if prefix.startswith("mscrm"):
        raise PydanticCustomError("prefix", "must not begin with mscrm, which is Microsoft's")
    return prefix


class Input(BaseModel):
    """Read strictly: no field that is not documented, no value of another type."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class NewBuildOptions(Input):
    """What a maker may set beside the prompt; everything is optional."""

    model_config = ConfigDict(json_schema_extra={"not": _VERSION_TWICE})

    component_name: Annotated[str, Field(min_length=1, max_length=100), _NO_NUL] | None = Field(
        default=None,
        description="Constructor name, PascalCase. Default: from the prompt, else from the kind.",
    )
    namespace: Annotated[str, Field(min_length=1, max_length=100), _NO_NUL] | None = Field(
        default=None, description="Namespace, PascalCase. Default: PcfBuilder."
    )
    publisher_prefix: (
        Annotated[
            str,
            Matching(PREFIX, "be 2 to 8 lower-case letters and digits, a letter first"),
            AfterValidator(_own_prefix),
            Field(json_schema_extra={"not": {"pattern": "^mscrm"}}),
        ]
        | None
    ) = Field(default=None, description="Customization prefix of the publisher. Default: pcfb.")
    display_name: Annotated[str, Field(min_length=1, max_length=500), _NO_NUL] | None = Field(
        default=None, description="Name shown to makers. Default: the kind's, in each language."
    )
    description: Annotated[str, Field(min_length=1, max_length=2000), _NO_NUL] | None = Field(
        default=None, description="Description shown to makers. Default: the kind's, in each language."
    )
    language: Annotated[str, Matching(LANGUAGE, "be a language tag of 2 or 3 letters")] | None = Field(
        default=None, description="Language of the prompt. Default: en."
    )
    publisher_name: Annotated[str, Matching(UNIQUE_NAME, f"be 1 to 100 {_LETTERS}")] | None = Field(
        default=None, description="Unique name of the solution's publisher. Default: PcfBuilder."
    )
    publisher_display_name: (
        Annotated[str, Field(min_length=1, max_length=200), Matching(SAYS_SOMETHING, "say something")] | None
    ) = Field(default=None, description="The publisher's name as people read it. Default: its unique name.")
    solution_name: Annotated[str, Matching(SOLUTION_NAME, f"be 1 to 65 {_LETTERS}")] | None = Field(
        default=None, description="Unique name of the solution. Default: the namespace and the component's name."
    )
    version: Annotated[str, Matching(VERSION, _NUMBERS)] | None = Field(
        default=None, description="Version of the control. Default: 1.0.0, or one more than previous_version."
    )
    previous_version: Annotated[str, Matching(VERSION, _NUMBERS)] | None = Field(
        default=None,
        description="Version that this control replaces: an environment shows a change only if the version has risen.",
    )
    managed: bool = Field(default=False, description="Whether a managed solution is made beside the unmanaged one.")

    @model_validator(mode="after")
    def _one_version(self) -> Self:
        if self.version is not None and self.previous_version is not None:
            raise PydanticCustomError("version_twice", "must have version or previous_version, not both")
        return self


class NewBuild(Input):
    """What should be built."""

    prompt: Annotated[
        str,
        Field(min_length=1, max_length=5000),
        Matching(SAYS_SOMETHING, "say something, and not hold NUL characters"),
    ] = Field(description="What the control should do, in the maker's words.")
    options: NewBuildOptions | None = None


class NewAnswer(Input):
    """The answer to a build's question."""

    choice_id: Annotated[str, Field(min_length=1, max_length=100), _NO_NUL] = Field(
        description="One of the choices of the question."
    )
    question_id: Annotated[str, Field(min_length=1, max_length=100), _NO_NUL] | None = Field(
        default=None, description="The question that is answered. Default: the open one."
    )


class BuildOptions(Resource):
    """What the maker set beside the prompt; null where it was left to the product."""

    component_name: str | None
    namespace: str | None
    publisher_prefix: str | None
    display_name: str | None
    description: str | None
    language: str | None
    publisher_name: str | None
    publisher_display_name: str | None
    solution_name: str | None
    version: str | None
    previous_version: str | None
    managed: bool


class Choice(Resource):
    """One way to answer."""

    choice_id: str
    label: str


class Question(Resource):
    """A question the pipeline asks instead of guessing."""

    question_id: str
    code: str = Field(description="Why it is asked, a PCF-INT-… code.")
    text: str
    choices: list[Choice]


class Answer(Resource):
    """An answer that was given."""

    question_id: str
    choice_id: str


class BuildProblem(Resource):
    """Why a build failed, in the words of the product's error codes."""

    code: str = Field(description="For example PCF-CAP-001.")
    stage: StageOrNull
    message: str = Field(description="For developers and logs.")
    user_message: str = Field(serialization_alias="userMessage", description="For the maker.")
    suggestion: str = Field(description="What to do now.")
    alternatives: list[str] = Field(description="Things that would work instead.")
    details: dict[str, str] = Field(description="Named facts, such as the rule that refused.")


class Finding(Resource):
    """What one rule or limit had to say about a build."""

    rule_id: str
    severity: Literal["info", "warning", "error"]
    action: Literal["noted", "fixed", "downgraded", "rejected"]
    message: str
    suggestion: str


class Artifact(Resource):
    """A file a build made, addressed by its content."""

    kind: ArtifactKind
    filename: str
    media_type: str
    sha256: str
    size_bytes: int
    href: str = Field(description="Where to get it, relative to this server.")


class BuildResult(Resource):
    """What a build made."""

    capability_id: str
    component_name: str
    namespace: str
    display_name: str
    findings: list[Finding]
    artifacts: list[Artifact]


class Build(Resource):
    """One prompt on its way to a component."""

    id: Id
    prompt: str
    options: BuildOptions
    state: BuildState
    stage: StageOrNull = Field(description="The stage that runs now, or that ended the build.")
    question: Question | None = Field(description="Set exactly in state needs_input.")
    answers: list[Answer] = Field(description="Answers given so far, oldest first.")
    problem: BuildProblem | None = Field(description="Set exactly in state failed.")
    result: BuildResult | None = Field(description="Set exactly in state succeeded.")
    brain_release: str | None = Field(description="The release it is pinned to; null until a stage ran.")
    last_sequence: int = Field(description="Number of its newest event.")
    create_time: Time
    update_time: Time
    end_time: Time | None = Field(description="When it ended; null while it may still change by itself.")


class BuildPage(Resource):
    """Builds, newest first."""

    builds: list[Build]
    next_page_token: str | None = Field(description="Token of the next page; null at the end.")
