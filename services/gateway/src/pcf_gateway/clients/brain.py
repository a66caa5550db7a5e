"""The brain: the kinds of control, and the release they come from."""

import grpc
from pcf.brain.v1 import brain_pb2 as pb
from pcf.brain.v1.brain_pb2_grpc import BrainServiceStub

from pcf_gateway.convert import brain as convert
from pcf_gateway.resources.capabilities import BrainRelease, Capability, CapabilityPage


class BrainClient:
    """What the outside may know of BrainService. Every method raises ServiceError."""

    def __init__(self, channel: grpc.aio.Channel) -> None:
        self._stub = BrainServiceStub(channel)

    async def list_capabilities(self, *, page_size: int, page_token: str) -> CapabilityPage:
        request = pb.ListCapabilitiesRequest(page_size=page_size, page_token=page_token)
        return convert.capability_page(await self._stub.ListCapabilities(request))

    async def get_capability(self, capability_id: str) -> Capability:
        request = pb.GetCapabilityRequest(name=f"capabilities/{capability_id}")
        return convert.capability(await self._stub.GetCapability(request))

    async def current_release(self) -> BrainRelease:
        return convert.release(await self._stub.GetRelease(pb.GetReleaseRequest(name="releases/current")))
