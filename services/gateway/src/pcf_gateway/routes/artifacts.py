"""`/v1/builds/{id}/artifacts/{kind}`: what a build made, to be had whole, in part, or only if it is new."""

from typing import Annotated, Any, Final

from fastapi import FastAPI, Header, Path, Response
from pcf_runtime.errors import Aborted

from pcf_gateway import ranges
from pcf_gateway.clients.artifacts import ArtifactsClient
from pcf_gateway.clients.generator import GeneratorClient
from pcf_gateway.documents.operations import describe
from pcf_gateway.downloads import HEADERS_DOCUMENTED, head, not_modified, part, redirected, whole
from pcf_gateway.problems.refusal import Refusal
from pcf_gateway.resources.builds import Artifact
from pcf_gateway.resources.fields import ArtifactKind
from pcf_gateway.routes.parameters import BuildId

TAG: Final = "artifacts"
_PATH: Final = "/v1/builds/{build_id:segment}/artifacts/{kind:segment}"

_DOMAIN: Final = "gateway.pcf"
_ZIP: Final = {"schema": {"type": "string", "format": "binary"}, "example": "PK\u0003\u0004…"}
_WHOLE: Final = {
    "application/zip": _ZIP,
    "application/json": {"schema": {"type": "object"}, "example": {"intent": {}, "rules": []}},
}
# A part of a JSON file is no JSON.
_PART: Final = {"application/zip": _ZIP, "application/json": {"example": '{"intent": {'}}
_BODIES: Final[dict[int | str, dict[str, Any]]] = {
    200: {"description": "The whole file.", "headers": HEADERS_DOCUMENTED, "content": _WHOLE},
    206: {
        "description": "The range of the file that was asked for.",
        "headers": HEADERS_DOCUMENTED,
        "content": _PART,
    },
    304: {"description": "The client holds these bytes already."},
    307: {
        "description": "The whole file is at `Location` for a while, if the server is set up so. Send nothing of"
        " this request there but Range.",
        "headers": {"Location": {"description": "Needs no credentials.", "schema": {"type": "string"}}},
    },
}
_NO_BODIES: Final[dict[int | str, dict[str, Any]]] = {
    200: {"description": "There is such a file.", "headers": HEADERS_DOCUMENTED},
    304: {"description": "The client holds these bytes already."},
}

Kind = Annotated[
    ArtifactKind,
    Path(
        description="source: the project. solution: what an environment imports; managed-solution: the same for"
        " environments that others use. report: what was understood and checked."
    ),
]
IfNoneMatch = Annotated[
    str | None,
    Header(alias="If-None-Match", description="ETags that the client holds: 304 if it is one of them."),
]
Range = Annotated[
    str | None,
    Header(
        alias="Range",
        description="One range of bytes: 206, or 416 beyond the end. Anything else is ignored.",
        examples=["bytes=0-1023"],
    ),
]
IfRange = Annotated[
    str | None,
    Header(alias="If-Range", description="ETag for which Range holds; for another the whole is sent."),
]


class ArtifactRoutes:
    """The generator's downloads as files."""

    def __init__(self, generator: GeneratorClient, artifacts: ArtifactsClient) -> None:
        self._generator = generator
        self._artifacts = artifacts

    def add_to(self, app: FastAPI) -> None:
        reasons = ("BUILD_NOT_FOUND", "ARTIFACT_NOT_FOUND")
        kept = ("ARTIFACT_GONE", "ARTIFACTS_UNAVAILABLE", "OFFSET_PAST_END")
        app.get(
            _PATH,
            response_class=Response,
            **describe("downloadArtifact", "Download a file", *reasons, *kept, tag=TAG, responses=_BODIES),
        )(self.download)
        app.head(
            _PATH,
            response_class=Response,
            **describe("describeArtifact", "Describe a file", *reasons, tag=TAG, responses=_NO_BODIES),
        )(self.describe)

    async def download(
        self,
        build_id: BuildId,
        kind: Kind,
        if_none_match: IfNoneMatch = None,
        range_: Range = None,
        if_range: IfRange = None,
    ) -> Response:
        """Send the file, or one range of it. Its ETag is its SHA-256. X-Request-Timeout does not apply."""
        if range_ is None and if_none_match is None:
            return await self._whole(build_id, kind)
        artifact = await self._describe(build_id, kind)
        tag = ranges.etag(artifact.sha256)
        if ranges.is_known(if_none_match, tag):
            return not_modified(artifact)
        wanted = ranges.requested_range(range_, if_range, tag=tag, size=artifact.size_bytes)
        if wanted is None:
            return await self._whole(build_id, kind)
        download = await self._artifacts.open(build_id, kind, offset=wanted.first, limit=wanted.length)
        if download.artifact.sha256 != artifact.sha256:
            download.close()
            raise Aborted("ARTIFACT_CHANGED", "The file changed while it was looked up.", domain=_DOMAIN)
        return part(download, wanted)

    async def describe(self, build_id: BuildId, kind: Kind, if_none_match: IfNoneMatch = None) -> Response:
        """Tell the file's name, type, length and ETag without sending it."""
        artifact = await self._describe(build_id, kind)
        if ranges.is_known(if_none_match, ranges.etag(artifact.sha256)):
            return not_modified(artifact)
        return head(artifact)

    async def _whole(self, build_id: str, kind: ArtifactKind) -> Response:
        """A range never comes from elsewhere: another server knows another ETag, and If-Range would fail there."""
        download = await self._artifacts.open(build_id, kind, accept_link=True)
        return redirected(download) if download.link else whole(download)

    async def _describe(self, build_id: str, kind: ArtifactKind) -> Artifact:
        # From the build and not by a download: a download is recorded as one, and this is none.
        build = await self._generator.get_build(build_id)
        for artifact in build.result.artifacts if build.result else ():
            if artifact.kind == kind:
                return artifact
        raise Refusal("ARTIFACT_NOT_FOUND", "The build has no such file, or not yet.")
