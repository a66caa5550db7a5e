"""Files that the product made, and the builds that made them."""

from pydantic import Field

from pcf_gateway.resources.fields import Id, Resource, Time


class KnownFile(Resource):
    """A file as its oldest build has it."""

    # Any text: a newer generator may make kinds that this gateway cannot serve yet, and they are no less known.
    kind: str = Field(description="source, solution, managed-solution or report; there may be more.")
    filename: str
    media_type: str
    size_bytes: int


class Origin(Resource):
    """A build that made a file."""

    id: Id
    component_name: str
    namespace: str
    display_name: str
    kind: str = Field(description="What the file is to this build.")
    brain_release: str | None = Field(description="The release that it was made with.")
    create_time: Time
    href: str = Field(description="The build, relative to this server.")


class FileVerification(Resource):
    """Whether a file was made here, and by which builds."""

    sha256: str = Field(description="The hash that was asked for, in lower case.")
    known: bool = Field(description="Whether any build made it.")
    artifact: KnownFile | None = Field(description="What it is; null if no build made it.")
    builds: list[Origin] = Field(description="The builds that made it, oldest first: the first 20 if there are more.")
    total: int = Field(description="How many made it in all.")
