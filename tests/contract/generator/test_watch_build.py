"""GeneratorService.WatchBuild."""

import asyncio

import pytest
from pcf.generator.v1 import generator_pb2 as pb
from pcf_generator.domain.build import BuildState, EventType
from pcf_runtime.errors import DeadlineExceeded, InvalidArgument, Unavailable
from pcf_runtime.testing import expect_error

Type = pb.BuildEvent
RELEASE = "releases/0123456789abcdef"


def watch(stub, build, *, after=0, **options):
    return stub.WatchBuild(pb.WatchBuildRequest(name=build.name, after_sequence=after), **options)


async def watched(stub, build, *, after=0):
    return [event async for event in watch(stub, build, after=after)]


@pytest.mark.parametrize(
    ("state", "last"),
    [
        ("asking", Type.TYPE_NEEDS_INPUT),
        ("failed", Type.TYPE_FAILED),
        ("succeeded", Type.TYPE_SUCCEEDED),
        ("cancelled", Type.TYPE_CANCELLED),
    ],
)
async def test_a_settled_build_gives_its_events_and_ends(stub, generator, state, last):
    build = await getattr(generator, state)()
    events = await watched(stub, build)
    assert [(1, Type.TYPE_CREATED), (2, last)] == [(event.sequence, event.type) for event in events]
    assert (build.name, build.state) == (events[-1].build, events[-1].state)


async def test_only_later_events_are_given(stub, generator):
    build = await generator.failed()
    assert [2] == [event.sequence for event in await watched(stub, build, after=1)]


@pytest.mark.parametrize("after", [2, 3, 2**62])
async def test_nothing_is_left_of_a_settled_build(stub, generator, after):
    assert [] == await watched(stub, await generator.failed(), after=after)


async def test_events_come_as_they_happen_and_end_with_the_last(stub, generator):
    lease = await generator.claimed()
    call = watch(stub, lease.build, timeout=20)
    events = aiter(call)
    assert Type.TYPE_CREATED == (await anext(events)).type
    await generator.store.begin(lease, RELEASE)
    begun = await anext(events)
    assert (Type.TYPE_STAGE_STARTED, pb.STAGE_INTERPRET, 1, 7) == (
        begun.type,
        begun.stage,
        begun.stage_index,
        begun.stage_count,
    )
    await generator.settle(lease, BuildState.SUCCEEDED, EventType.SUCCEEDED)
    assert Type.TYPE_SUCCEEDED == (await anext(events)).type
    with pytest.raises(StopAsyncIteration):
        await anext(events)


async def test_a_stream_that_broke_is_taken_up_where_it_was(stub, generator):
    lease = await generator.claimed()
    await generator.store.begin(lease, RELEASE)
    call = watch(stub, lease.build)
    events = aiter(call)
    seen = [await anext(events), await anext(events)]
    call.cancel()
    await generator.settle(lease, BuildState.FAILED, EventType.FAILED)
    seen += await watched(stub, lease.build, after=seen[-1].sequence)
    assert [1, 2, 3] == [event.sequence for event in seen]


async def test_many_may_watch(stub, generator):
    lease = await generator.claimed()
    watching = [asyncio.create_task(watched(stub, lease.build)) for _ in range(20)]
    await generator.store.begin(lease, RELEASE)
    await generator.settle(lease, BuildState.FAILED, EventType.FAILED)
    assert [[1, 2, 3]] * 20 == [[event.sequence for event in await each] for each in watching]


async def test_a_watch_lasts_no_longer_than_its_deadline(stub, generator):
    lease = await generator.claimed()
    with expect_error(DeadlineExceeded):
        async for _ in watch(stub, lease.build, after=1, timeout=0.2):
            pass


async def test_a_number_below_zero_is_refused(stub, generator):
    with expect_error(InvalidArgument, reason="INVALID_REQUEST") as refused:
        await watched(stub, await generator.failed(), after=-1)
    assert ["after_sequence"] == [violation.field for violation in refused.error.violations]


async def test_a_server_that_leaves_ends_the_watch_of_a_build_that_goes_on(stub, generator):
    """So that no watcher holds up its drain; the same call elsewhere goes on from the last number."""
    lease = await generator.claimed()
    events = aiter(watch(stub, lease.build, timeout=20))
    assert Type.TYPE_CREATED == (await anext(events)).type
    generator.leave()
    with expect_error(Unavailable, reason="DRAINING"):
        await anext(events)


async def test_a_server_that_leaves_still_gives_the_events_of_a_settled_build(stub, generator):
    build = await generator.failed()
    generator.leave()
    assert [1, 2] == [event.sequence for event in await watched(stub, build)]
