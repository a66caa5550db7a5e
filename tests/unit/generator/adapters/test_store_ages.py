"""BuildStore: how long builds and audit entries have waited."""


async def test_nothing_waits_for_no_time(scene):
    assert (0, 0) == (await scene.store.queue_age_s(), await scene.store.outbox_age_s())


async def test_the_queue_is_as_old_as_the_build_that_waits_longest_whosever_it_is(scene):
    await create(scene, "zoe")
    scene.clock.advance(40)
    await create(scene, "ada")
    await create(scene, "zoe")
    scene.clock.advance(2)
    assert 42 == await scene.store.queue_age_s()
    await scene.store.claim("one", lease_s=30)
    await scene.store.claim("one", lease_s=30)
    assert 2 == await scene.store.queue_age_s()


async def test_a_build_that_runs_no_longer_waits_and_one_handed_back_waits_anew(scene):
    lease = await scene.running()
    scene.clock.advance(20)
    assert 0 == await scene.store.queue_age_s()
    await scene.store.hand_back(lease, message="gone")
    scene.clock.advance(3)
    assert 3 == await scene.store.queue_age_s()


async def test_the_outbox_is_as_old_as_its_first_entry(scene):
    await scene.queued()
    scene.clock.advance(5)
    await scene.queued()
    assert 5 == await scene.store.outbox_age_s()
    first, second = await scene.store.undelivered(limit=10)
    await scene.store.delivered([first.event_id])
    assert 0 == await scene.store.outbox_age_s()
    await scene.store.delivered([second.event_id])
    scene.clock.advance(5)
    assert 0 == await scene.store.outbox_age_s()


async def create(scene, tenant):
    await scene.store.create(scene.draft(tenant=tenant), scene.request(tenant=tenant), queue_limit=10)
