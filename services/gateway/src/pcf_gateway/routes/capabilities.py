"""`/v1/capabilities` and `/v1/brain/release`: what can be built, and from which knowledge."""

from typing import Final

from fastapi import FastAPI

from pcf_gateway.clients.brain import BrainClient
from pcf_gateway.direct_route import read
from pcf_gateway.documents.operations import describe
from pcf_gateway.resources.capabilities import BrainRelease, Capability, CapabilityPage
from pcf_gateway.routes.parameters import (
    DEFAULT_PAGE,
    MAX_CAPABILITIES_PAGE,
    CapabilityName,
    PageSize,
    PageToken,
)

TAG: Final = "capabilities"


class CapabilityRoutes:
    """The brain's kinds of control as resources."""

    def __init__(self, brain: BrainClient) -> None:
        self._brain = brain

    def add_to(self, app: FastAPI) -> None:
        app.get(
            "/v1/capabilities",
            **describe("listCapabilities", "List kinds of control", "BAD_PAGE_TOKEN", tag=TAG),
        )(self.list_capabilities)
        documented = describe("getCapability", "Get a kind of control", "CAPABILITY_NOT_FOUND", tag=TAG)
        read(app, "/v1/capabilities/{capability_id:segment}", self.get_capability, **documented)
        documented = describe("getBrainRelease", "Get the current release", "RELEASE_NOT_FOUND", tag=TAG)
        read(app, "/v1/brain/release", self.get_release, **documented)

    async def list_capabilities(
        self, page_size: PageSize = DEFAULT_PAGE, page_token: PageToken = None
    ) -> CapabilityPage:
        """List the kinds of control that can be built, by id."""
        return await self._brain.list_capabilities(
            page_size=min(page_size, MAX_CAPABILITIES_PAGE), page_token=page_token or ""
        )

    async def get_capability(self, capability_id: CapabilityName) -> Capability:
        """Tell what a kind of control can do, what a prompt can set and what it refuses."""
        return await self._brain.get_capability(capability_id)

    async def get_release(self) -> BrainRelease:
        """Tell which release of the knowledge new builds use."""
        return await self._brain.current_release()
