"""BuildStore: who lost the lease writes nothing any more, however it was lost."""

import pytest
from pcf_generator.domain.build import BuildState, EventType
from pcf_generator.domain.stage import Stage
from pcf_generator.domain.trail import TrailEntry
from pcf_generator.ports.journal import Checkpoint, LeaseLost, StageDone

DONE = StageDone(Stage.GENERATE, Checkpoint("hash", "{}"), 0.1, "Done.", (TrailEntry("stage.succeeded"),), shared=True)


async def expired(scene, lease):
    scene.clock.advance(60)
    await scene.store.claim("another", lease_s=30)


async def expired_and_claimed_by_the_same(scene, lease):
    scene.clock.advance(60)
    await scene.store.claim("one", lease_s=30)


async def handed_back(scene, lease):
    await scene.store.hand_back(lease, message="Stopping.")


async def cancelled(scene, lease):
    await scene.desk.cancel(lease.build.id, scene.request())


async def cancelled_resumed_and_claimed_by_the_same(scene, lease):
    await scene.desk.cancel(lease.build.id, scene.request())
    await scene.desk.resume(lease.build.id, scene.request())
    await scene.store.claim("one", lease_s=30)


async def settled(scene, lease):
    await scene.settle(lease, BuildState.FAILED, EventType.FAILED)


async def begin(scene, lease):
    await scene.store.begin(lease, "releases/other")


async def stage_done(scene, lease):
    await scene.store.stage_done(lease, DONE, then=Stage.PACKAGE)


async def settle(scene, lease):
    await scene.settle(lease, BuildState.SUCCEEDED, EventType.SUCCEEDED)


WAYS = [
    expired,
    expired_and_claimed_by_the_same,
    handed_back,
    cancelled,
    cancelled_resumed_and_claimed_by_the_same,
    settled,
]


async def everything(scene, lease):
    """All that the store says about a build."""
    return (
        await scene.store.get(lease.build.id, tenant="default"),
        await scene.events(lease),
        await scene.store.undelivered(limit=100),
        await scene.store.recall("hash"),
    )


@pytest.mark.parametrize("write", [begin, stage_done, settle], ids=lambda write: write.__name__)
@pytest.mark.parametrize("lose", WAYS, ids=lambda lose: lose.__name__)
async def test_a_write_is_refused_and_leaves_no_trace(scene, lose, write):
    lease = await scene.running("one", lease_s=30)
    await lose(scene, lease)
    before = await everything(scene, lease)
    with pytest.raises(LeaseLost):
        await write(scene, lease)
    assert before == await everything(scene, lease)


@pytest.mark.parametrize("lose", WAYS, ids=lambda lose: lose.__name__)
async def test_nothing_is_renewed_or_handed_back(scene, lose):
    lease = await scene.running("one", lease_s=30)
    await lose(scene, lease)
    before = await everything(scene, lease)
    assert not await scene.store.renew(lease, lease_s=30)
    await scene.store.hand_back(lease, message="Stopping.")
    assert before == await everything(scene, lease)


async def test_checkpoints_of_a_lost_lease_are_not_kept(scene):
    lease = await scene.running("one", lease_s=30)
    await expired(scene, lease)
    with pytest.raises(LeaseLost):
        await stage_done(scene, lease)
    scene.clock.advance(60)
    held = await scene.store.claim("three", lease_s=30)
    assert {} == await scene.store.begin(held, "releases/0123456789abcdef")
