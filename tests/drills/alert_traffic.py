"""Who uses the product while something breaks."""

import asyncio
import itertools
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress
from typing import Any

import httpx
from pcf.generator.v1 import generator_pb2 as pb
from pcf.generator.v1 import generator_pb2_grpc
from pcf_runtime.client import open_channel, service_config
from pcf_runtime.errors import ServiceError
from pcf_runtime.ids import new_ulid
from pcf_runtime.request_context import RequestContext, bind

from tests.drills.alert_scene import beside
from tests.drills.alert_world import PLACES, AlertWorld

__all__ = ["build", "builds", "crowd", "hard_prompt", "hard_prompts", "listing", "makers", "readers", "settled"]

_PAUSE_S = 0.3
_CROWD = 24
_LISTING = 32
_NUMBERS = itertools.count()
_OPEN = (pb.Build.STATE_QUEUED, pb.Build.STATE_RUNNING)


def hard_prompt() -> str:
    """What the offline engine is unsure of, each another."""
    return f"Gäste sollen Sterne vergeben, Nummer {next(_NUMBERS)}"


async def build(world: AlertWorld, prompt: str, *, tenant: str = "default") -> pb.Build:
    """One that was accepted, whatever becomes of it."""
    async with _generator(world, tenant) as generator:
        made: pb.Build = await generator.CreateBuild(pb.CreateBuildRequest(prompt=prompt))
        return made


async def settled(world: AlertWorld, made: pb.Build, *, tenant: str = "default") -> None:
    """Returns when a build runs no more."""
    async with _generator(world, tenant) as generator:
        while (await generator.GetBuild(pb.GetBuildRequest(name=made.name))).state in _OPEN:
            await asyncio.sleep(_PAUSE_S)


async def builds(world: AlertWorld) -> None:
    """New ones all the time, each another."""
    await _keep_asking(world, (f"a slider from -{number} to 7" for number in _NUMBERS))


async def hard_prompts(world: AlertWorld) -> None:
    """New ones all the time, for language models."""
    await _keep_asking(world, (hard_prompt() for _ in itertools.count()))


async def makers(world: AlertWorld) -> None:
    """As many as there are places to build; each has a hard prompt built to its end, then the next."""
    async with beside(*(_maker(world) for _ in range(PLACES * len(world.generators)))):
        await asyncio.Event().wait()


async def readers(world: AlertWorld) -> None:
    """Somebody who looks at the builds again and again, through the edge."""
    async with httpx.AsyncClient(base_url=world.edge.url, verify=False, trust_env=False) as client:  # noqa: S501
        await _reader(client)


async def crowd(world: AlertWorld) -> None:
    """Many who do so at once."""
    limits = httpx.Limits(max_connections=_CROWD, max_keepalive_connections=_CROWD)
    async with (
        httpx.AsyncClient(base_url=world.edge.url, verify=False, trust_env=False, limits=limits, timeout=60) as client,  # noqa: S501
        beside(*(_reader(client) for _ in range(_CROWD))),
    ):
        await asyncio.Event().wait()


async def listing(world: AlertWorld) -> None:
    """Many who ask one generator for lists of builds, which its database gives."""
    async with beside(*(_lister(world) for _ in range(_LISTING))):
        await asyncio.Event().wait()


async def _keep_asking(world: AlertWorld, prompts: Iterator[str]) -> None:
    for prompt in prompts:
        with suppress(ServiceError):
            await build(world, prompt)
        await asyncio.sleep(_PAUSE_S)


async def _maker(world: AlertWorld) -> None:
    while True:
        with suppress(ServiceError):
            await settled(world, await build(world, hard_prompt()))


async def _reader(client: httpx.AsyncClient) -> None:
    while True:
        await client.get("/v1/builds")
        await asyncio.sleep(_PAUSE_S)


async def _lister(world: AlertWorld) -> None:
    async with _generator(world) as generator:
        while True:
            with suppress(ServiceError):
                await generator.ListBuilds(pb.ListBuildsRequest(page_size=1))
            await asyncio.sleep(_PAUSE_S / 3)


@asynccontextmanager
async def _generator(world: AlertWorld, tenant: str = "default") -> AsyncIterator[Any]:
    """Calls to the first one, for a tenant."""
    config = service_config("pcf.generator.v1")
    with bind(RequestContext(new_ulid(), tenant=tenant)):
        async with open_channel(world.generators[0].target, service_config=config) as channel:
            yield generator_pb2_grpc.GeneratorServiceStub(channel)
