"""`/v1/builds`: to start builds and to look at them."""

from typing import Annotated

from fastapi import FastAPI, Query, Response

from pcf_gateway.clients.generator import GeneratorClient
from pcf_gateway.direct_route import read
from pcf_gateway.documents.operations import describe
from pcf_gateway.idempotency import request_id
from pcf_gateway.resources.builds import Build, BuildPage, NewBuild
from pcf_gateway.resources.fields import BuildState
from pcf_gateway.routes.parameters import DEFAULT_PAGE, MAX_PAGE, BuildId, IdempotencyKey, PageSize, PageToken

TAG = "builds"


class BuildRoutes:
    """The generator's builds as resources."""

    def __init__(self, generator: GeneratorClient) -> None:
        self._generator = generator

    def add_to(self, app: FastAPI) -> None:
        documented = describe("getBuild", "Get a build", "BUILD_NOT_FOUND", tag=TAG)
        read(app, "/v1/builds/{build_id:segment}", self.get_build, **documented)
        app.get("/v1/builds", **describe("listBuilds", "List builds", "BAD_PAGE_TOKEN", tag=TAG))(self.list_builds)
        app.post(
            "/v1/builds",
            status_code=202,
            response_description="The build is queued; Location says where to follow it.",
            **describe(
                "createBuild",
                "Start a build",
                "PCF_INT_001",
                "REQUEST_ID_REUSED",
                "QUOTA_SPENT",
                "TENANT_QUEUE_FULL",
                "QUEUE_FULL",
                tag=TAG,
                reads_body=True,
                changes=True,
            ),
        )(self.create_build)

    async def get_build(self, build_id: BuildId) -> Build:
        """Tell how far a build has come, what it asks, why it failed or what it made."""
        return await self._generator.get_build(build_id)

    async def list_builds(
        self,
        page_size: PageSize = DEFAULT_PAGE,
        page_token: PageToken = None,
        state: Annotated[BuildState | None, Query(description="Only builds in this state.")] = None,
    ) -> BuildPage:
        """List builds, newest first."""
        return await self._generator.list_builds(
            page_size=min(page_size, MAX_PAGE), page_token=page_token or "", state=state
        )

    async def create_build(self, new: NewBuild, response: Response, key: IdempotencyKey = None) -> Build:
        """Queue a build and return it at once; follow it by its events, or by looking at it again."""
        build = await self._generator.create_build(new, request_id=request_id(key, operation="create"))
        response.headers["Location"] = f"/v1/builds/{build.id}"
        return build
