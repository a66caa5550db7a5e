"""PostgreSQL restarts or crashes under running builds: none is lost, each ends once, the bytes are the same."""

import asyncio
from collections import Counter

import pytest
from pcf.generator.v1 import generator_pb2 as pb
from pcf_runtime.errors import DeadlineExceeded, Unavailable
from pcf_runtime.postgres.commands import migrate

from tests.servers.postgres import postgres as own_postgres

pytestmark = pytest.mark.slow

PROMPTS = [
    f"a {stars} star rating {how}" for stars in (3, 4, 5, 6, 7) for how in ("", "in green", "required", "in red")
]


@pytest.fixture
def server():
    """One that nobody else uses, and which forgets nothing in a crash."""
    with own_postgres(durable=True) as started:
        yield started


async def patiently(call):
    """As callers do who are told that it may pass."""
    async with asyncio.timeout(60):
        while True:
            try:
                return await call()
            except (Unavailable, DeadlineExceeded):
                await asyncio.sleep(0.05)


async def test_twenty_builds_go_on_after_a_restart_and_a_crash(
    server, held_brain, start_brain, start_audit, start_generator
):
    name = server.create_database()
    assert 0 == await asyncio.to_thread(migrate, server.url(name), service="generator")
    held, brain = held_brain
    async with start_audit() as (audit, log):
        async with start_brain() as undisturbed, start_generator(brain=undisturbed, audit=audit) as quiet:
            expected = [await quiet.settled(await quiet.create(prompt)) for prompt in PROMPTS]
        settings = {"database_url": server.url(name), "concurrency": 20, "lease_s": 5.0}
        async with start_generator(brain=brain, audit=audit, **settings) as generator:
            builds = [await generator.create(prompt) for prompt in PROMPTS]
            await held.held(20)
            await asyncio.to_thread(server.restart)
            held.door.set()
            await asyncio.to_thread(server.kill)
            await asyncio.to_thread(server.start)
            settled = [await patiently(lambda build=build: generator.settled(build)) for build in builds]
            settled = [await patiently(lambda build=build: generator.until_settled(build)) for build in settled]
            events = [await generator.events(build) for build in settled]
            trails = [await log.until(build, "build.succeeded") for build in settled]
    assert [pb.Build.STATE_SUCCEEDED] * 20 == [build.state for build in settled]
    assert [hashes(build) for build in expected] == [hashes(build) for build in settled]
    for told in events:
        assert list(range(1, len(told) + 1)) == [event.sequence for event in told]
        counted = Counter(event.type for event in told)
        assert (7, 1) == (counted[pb.BuildEvent.TYPE_STAGE_SUCCEEDED], counted[pb.BuildEvent.TYPE_SUCCEEDED])
    for trail in trails:
        counted = Counter(event.type for event in trail)
        assert (1, 7, 1) == (counted["build.created"], counted["stage.succeeded"], counted["build.succeeded"])
        assert {1} == set(Counter(event.event_id for event in trail).values())


def hashes(build):
    return [artifact.sha256 for artifact in build.result.artifacts]
