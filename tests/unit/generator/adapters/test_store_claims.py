"""BuildStore: the queue, and the leases under which builds run."""

import asyncio

from pcf_generator.domain.build import BuildState, EventType
from pcf_generator.domain.stage import Stage
from pcf_generator.ports.journal import Checkpoint, StageDone

DONE = StageDone(Stage.INTERPRET, Checkpoint("hash", "{}"), 0.1, "Done.", ())


async def test_nothing_waits_in_an_empty_store(scene):
    assert await scene.store.claim("one", lease_s=30) is None


async def test_the_oldest_build_is_claimed_first(scene):
    made = [(await scene.queued()).id for _ in range(3)]
    claimed = [(await scene.store.claim("one", lease_s=30)).build for _ in range(3)]
    assert made == [build.id for build in claimed]
    assert {(BuildState.RUNNING, 1)} == {(build.state, build.claims) for build in claimed}
    assert await scene.store.claim("one", lease_s=30) is None


async def test_a_build_that_was_queued_again_keeps_its_place(scene):
    older, newer = await scene.running(), await scene.queued()
    await scene.store.hand_back(older, message="Stopping.")
    assert older.build.id == (await scene.store.claim("two", lease_s=30)).build.id
    assert newer.id == (await scene.store.claim("two", lease_s=30)).build.id


async def test_only_builds_that_wait_are_claimed(scene):
    await scene.asking()
    await scene.failed()
    await scene.succeeded()
    await scene.cancelled()
    assert await scene.store.claim("one", lease_s=30) is None


async def test_two_owners_never_get_the_same_build(scene):
    """Two instances, each with many claims at once."""
    stores = [scene.store, await scene.open()]
    made = {(await scene.queued()).id for _ in range(40)}
    claims = await asyncio.gather(*(stores[n % 2].claim(f"owner {n}", lease_s=30) for n in range(60)))
    claimed = [lease.build.id for lease in claims if lease is not None]
    assert sorted(made) == sorted(claimed)


async def test_a_running_build_stays_with_its_owner_until_the_lease_runs_out(scene):
    await scene.running(lease_s=30)
    scene.clock.advance(29.9)
    assert await scene.store.claim("two", lease_s=30) is None


async def test_a_build_whose_lease_ran_out_is_claimed_by_another_and_the_event_says_so(scene):
    lease = await scene.running(lease_s=30)
    scene.clock.advance(30)
    taken = await scene.store.claim("two", lease_s=30)
    event = (await scene.events(lease))[-1]
    assert (lease.build.id, 2) == (taken.build.id, taken.build.claims)
    assert (2, EventType.HANDED_BACK, BuildState.RUNNING) == (event.sequence, event.event.type, event.state)
    assert await scene.store.claim("three", lease_s=30) is None


async def test_older_builds_whose_lease_ran_out_go_before_younger_ones_that_wait(scene):
    lost = await scene.running(lease_s=30)
    await scene.queued()
    scene.clock.advance(30)
    assert lost.build.id == (await scene.store.claim("two", lease_s=30)).build.id


async def test_a_renewed_lease_holds_longer(scene):
    lease = await scene.running(lease_s=30)
    scene.clock.advance(20)
    assert await scene.store.renew(lease, lease_s=30)
    scene.clock.advance(20)
    assert await scene.store.claim("two", lease_s=30) is None
    scene.clock.advance(10)
    assert await scene.store.claim("two", lease_s=30) is not None


async def test_a_lease_that_ran_out_is_not_renewed_although_nobody_has_taken_the_build(scene):
    lease = await scene.running(lease_s=30)
    scene.clock.advance(30)
    assert not await scene.store.renew(lease, lease_s=30)
    assert lease.build.id == (await scene.store.claim("two", lease_s=30)).build.id


async def test_runs_without_progress_are_counted_until_one_completes_a_stage(scene):
    for claims in (1, 2, 3):
        lease = await (scene.running if claims == 1 else scene.reclaimed)()
        assert claims == lease.build.claims
    await scene.store.stage_done(lease, DONE, then=Stage.MATCH)
    assert 1 == (await scene.store.get(lease.build.id, tenant="default")).claims
    assert 2 == (await scene.reclaimed()).build.claims


async def test_a_run_that_got_on_and_is_handed_back_does_not_count(scene):
    lease = await scene.running()
    await scene.store.stage_done(lease, DONE, then=Stage.MATCH)
    await scene.store.hand_back(lease, message="Stopping.")
    assert 0 == (await scene.store.get(lease.build.id, tenant="default")).claims


async def test_a_renewal_tells_nobody(scene):
    lease = await scene.running()
    await scene.store.renew(lease, lease_s=30)
    assert lease.build == await scene.store.get(lease.build.id, tenant="default")


async def test_a_build_that_was_handed_back_is_claimed_at_once_and_that_claim_does_not_count(scene):
    lease = await scene.running()
    await scene.store.hand_back(lease, message="The instance is shutting down.")
    waiting = await scene.store.get(lease.build.id, tenant="default")
    event = (await scene.events(lease))[-1]
    again = await scene.store.claim("two", lease_s=30)
    assert (BuildState.QUEUED, 0) == (waiting.state, waiting.claims)
    assert (EventType.HANDED_BACK, "The instance is shutting down.") == (event.event.type, event.event.message)
    assert (lease.build.id, 1) == (again.build.id, again.build.claims)


async def test_every_claim_is_a_lease_of_its_own(scene):
    """Or an instance that lost a build and got it again could not tell its two runs apart."""
    lease = await scene.running("one")
    scene.clock.advance(30)
    again = await scene.store.claim("one", lease_s=30)
    assert lease.holder != again.holder
    assert not await scene.store.renew(lease, lease_s=30)
    assert await scene.store.renew(again, lease_s=30)
