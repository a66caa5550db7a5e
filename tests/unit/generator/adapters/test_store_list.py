"""BuildStore: pages of builds."""

import pytest
from pcf_generator.domain.build import BuildState


async def ids(scene, *, limit=10, before="", state=None):
    return [build.id for build in await scene.store.list(tenant="default", limit=limit, before=before, state=state)]


async def test_an_empty_store_lists_nothing(scene):
    assert [] == await ids(scene)


async def test_builds_come_newest_first(scene):
    made = [(await scene.queued()).id for _ in range(3)]
    assert made[::-1] == await ids(scene)


async def test_pages_follow_one_another_without_overlap_or_gap(scene):
    made = [(await scene.queued()).id for _ in range(5)]
    first = await ids(scene, limit=2)
    second = await ids(scene, limit=2, before=first[-1])
    third = await ids(scene, limit=2, before=second[-1])
    assert made[::-1] == first + second + third
    assert [] == await ids(scene, before=third[-1])


async def test_builds_made_between_two_pages_do_not_move_the_second(scene):
    made = [(await scene.queued()).id for _ in range(4)]
    first = await ids(scene, limit=2)
    await scene.queued()
    assert made[::-1] == first + await ids(scene, limit=2, before=first[-1])


@pytest.mark.parametrize("state", list(BuildState))
async def test_a_state_lists_its_builds_and_no_others(scene, state):
    made = {
        BuildState.SUCCEEDED: [(await scene.succeeded()).id, (await scene.succeeded()).id],
        BuildState.FAILED: [(await scene.failed()).id],
        BuildState.NEEDS_INPUT: [(await scene.asking()).id],
        BuildState.CANCELLED: [(await scene.cancelled()).id],
        BuildState.RUNNING: [(await scene.running()).build.id],
        BuildState.QUEUED: [(await scene.queued()).id],
    }
    assert made[state][::-1] == await ids(scene, state=state)


async def test_a_state_is_paged_too(scene):
    made = [(await scene.succeeded()).id for _ in range(3)]
    await scene.failed()
    newest = await ids(scene, limit=2, state=BuildState.SUCCEEDED)
    assert made[:0:-1] == newest
    assert made[:1] == await ids(scene, limit=2, before=newest[-1], state=BuildState.SUCCEEDED)
