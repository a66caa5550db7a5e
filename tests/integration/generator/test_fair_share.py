"""Two generators on one PostgreSQL, through gRPC: whoever floods the queue does not make others wait."""

import asyncio
from contextlib import contextmanager

import pytest
from pcf.generator.v1 import generator_pb2 as pb
from pcf_runtime.errors import ResourceExhausted
from pcf_runtime.request_context import RequestContext, bind

FLOOD, FEW = 500, 10
PROMPTS = ["a 5 star rating", "a toggle switch", "a slider from 0 to 10", "a green progress bar"]


@contextmanager
def caller(tenant):
    with bind(RequestContext(request_id=f"of {tenant}", tenant=tenant)):
        yield


async def flood(client, tenant, count):
    with caller(tenant):
        return [await client.create(PROMPTS[number % len(PROMPTS)]) for number in range(count)]


async def ended(client, tenant):
    """How many of the tenant's builds have succeeded."""
    with caller(tenant):
        request = pb.ListBuildsRequest(page_size=1000, state=pb.Build.STATE_SUCCEEDED)
        return len((await client.stub.ListBuilds(request)).builds)


@pytest.mark.slow
async def test_few_builds_of_one_tenant_end_long_before_the_flood_of_another(
    builds_url, held_brain, start_audit, start_generator, tmp_path
):
    held, brain = held_brain
    settings = {"database_url": builds_url, "compilers": tmp_path / "none", "tenant_queue_limit": FLOOD}
    async with (
        start_audit() as (audit, _),
        start_generator(brain=brain, audit=audit, **settings) as one,
        start_generator(brain=brain, audit=audit, **settings) as two,
    ):
        running = await flood(one, "many", 8)
        await held.held(8)
        await flood(one, "many", FLOOD)
        with pytest.raises(ResourceExhausted) as refused:
            await flood(two, "many", 1)
        assert ("TENANT_QUEUE_FULL", True) == (refused.value.reason, 1 <= refused.value.retry_after_s <= 60)
        few = await flood(two, "few", FEW)
        held.door.set()
        with caller("few"):
            await asyncio.gather(*(one.settled(build) for build in few))
        assert FEW == await ended(one, "few")
        assert await ended(one, "many") < FLOOD / 2
        async with asyncio.timeout(180):
            while await ended(one, "many") < FLOOD + len(running):  # noqa: ASYNC110 - nothing tells of all
                await asyncio.sleep(0.2)
