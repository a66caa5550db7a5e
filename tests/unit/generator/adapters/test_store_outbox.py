"""BuildStore: audit entries on their way."""

from pcf_generator.domain.trail import Outcome, TrailEntry


async def types(store, *, limit=100):
    return [event.entry.type for event in await store.undelivered(limit=limit)]


async def test_entries_come_in_the_order_they_were_written(scene):
    lease = await scene.running()
    await scene.store.settle(
        lease,
        lambda build: build,
        event=(await scene.events(lease))[0].event,
        trail=[TrailEntry("one"), TrailEntry("two"), TrailEntry("three")],
    )
    assert ["build.created", "one", "two", "three"] == await types(scene.store)
    assert ["build.created", "one"] == await types(scene.store, limit=2)


async def test_an_entry_is_read_as_it_was_written(scene):
    build = await scene.queued()
    scene.clock.advance(1.5)
    entry = TrailEntry("build.refused", Outcome.REFUSED, {"code": "PCF-CAP-001", "stage": "ä"})
    await scene.store.record(build.id, entry, scene.request())
    written = (await scene.store.undelivered(limit=10))[-1]
    assert (entry, scene.clock.now()) == (written.entry, written.event_time)


async def test_every_entry_has_an_id_of_its_own(scene):
    for _ in range(5):
        await scene.queued()
    assert 5 == len({event.event_id for event in await scene.store.undelivered(limit=10)})


async def test_what_was_delivered_is_forgotten_and_the_rest_stays_in_order(scene):
    build = await scene.queued()
    for name in ("one", "two", "three"):
        await scene.store.record(build.id, TrailEntry(name), scene.request())
    events = await scene.store.undelivered(limit=10)
    await scene.store.delivered([events[0].event_id, events[2].event_id])
    assert ["one", "three"] == await types(scene.store)
    assert 2 == await scene.store.outbox_depth()


async def test_delivered_twice_is_delivered(scene):
    await scene.queued()
    (event,) = await scene.store.undelivered(limit=10)
    for _ in range(2):
        await scene.store.delivered([event.event_id, "0" * 26])
    assert [] == await types(scene.store)


async def test_an_entry_that_was_set_aside_no_longer_waits(scene):
    await scene.queued()
    await scene.queued()
    first, second = await scene.store.undelivered(limit=10)
    for _ in range(2):
        await scene.store.set_aside(first.event_id, reason="EVENT_ID_REUSED")
    assert [second] == list(await scene.store.undelivered(limit=10))


async def test_every_instance_sees_the_same_outbox(scene):
    await scene.queued()
    other = await scene.open()
    await other.delivered([event.event_id for event in await other.undelivered(limit=10)])
    assert [] == await types(scene.store)


async def test_the_maker_s_words_travel_as_personal_and_everything_under_the_build_s_tenant(scene):
    build = await scene.queued("5 stars for Ada", tenant="contoso")
    await scene.store.record(build.id, TrailEntry("artifact.downloaded"), scene.request(tenant="contoso"))
    created, downloaded = await scene.store.undelivered(limit=10)
    assert {"prompt": "5 stars for Ada"} == created.entry.personal
    assert ("contoso", "contoso") == (created.tenant, downloaded.tenant)
    assert "contoso" == (await scene.store.get(build.id, tenant="contoso")).tenant


async def test_whoever_delivers_goes_on_as_long_as_it_shows_a_sign_of_life(scene):
    for _ in range(3):
        assert await scene.store.take_delivery("one", turn_s=10)
        scene.clock.advance(9)


async def test_a_turn_that_ended_lets_any_other_deliver(scene):
    assert await scene.store.take_delivery("one", turn_s=10)
    await scene.store.leave_delivery("one")
    other = await scene.open()
    await other.leave_delivery("one")
    assert await other.take_delivery("two", turn_s=10)
