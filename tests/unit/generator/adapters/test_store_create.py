"""BuildStore: making builds, safely repeated."""

import asyncio

import pytest
from pcf_generator.build_store import BuildUnknown, QueueFull, RequestIdReused
from pcf_generator.domain.build import BuildOptions, BuildState, EventType


async def test_a_created_build_is_queued_with_its_first_event_and_audit_entry(scene):
    created = await scene.store.create(scene.draft("5 stars"), scene.request("r1"), queue_limit=10)
    (event,) = await scene.events(created)
    (entry,) = await scene.store.undelivered(limit=10)
    assert (BuildState.QUEUED, 1) == (created.state, created.last_sequence)
    assert (1, EventType.CREATED, BuildState.QUEUED) == (event.sequence, event.event.type, event.state)
    assert (created.id, "maker", "trace r1", "build.created") == (
        entry.build_id,
        entry.actor,
        entry.request_id,
        entry.entry.type,
    )


async def test_what_was_created_is_what_is_read(scene):
    options = BuildOptions("Stars", "Contoso", "cts", 'Sterne "ä" 星', "<b>\U0001f31f\n", "de")
    created = await scene.store.create(scene.draft("ü\t\x01 星", options=options), scene.request(), queue_limit=10)
    assert created == await scene.store.get(created.id, tenant="default")


async def test_the_same_request_again_gives_the_build_as_it_is_now_and_makes_nothing(scene):
    first = await scene.store.create(scene.draft(), scene.request("r1"), queue_limit=10)
    lease = await scene.store.claim("one", lease_s=30)
    again = await scene.store.create(scene.draft(), scene.request("r1"), queue_limit=10)
    assert lease is not None
    assert lease.build == again
    assert first.id == again.id
    assert 1 == len(await scene.store.list(tenant="default", limit=10, before="", state=None))
    assert 1 == len(await scene.store.undelivered(limit=10))


async def test_the_same_request_again_is_answered_when_the_queue_is_full(scene):
    first = await scene.store.create(scene.draft(), scene.request("r1"), queue_limit=1)
    again = await scene.store.create(scene.draft(), scene.request("r1"), queue_limit=1)
    assert first == again


async def test_the_same_request_id_with_other_content_is_refused(scene):
    await scene.store.create(scene.draft(), scene.request("r1"), queue_limit=10)
    with pytest.raises(RequestIdReused):
        await scene.store.create(scene.draft(), scene.request("r1", fingerprint="other"), queue_limit=10)
    assert 1 == len(await scene.store.list(tenant="default", limit=10, before="", state=None))


async def test_requests_without_an_id_are_never_the_same(scene):
    first, second = await scene.queued(), await scene.queued()
    assert first.id != second.id


async def test_the_same_request_at_once_makes_one_build(scene):
    stores = [scene.store, await scene.open()]
    made = await asyncio.gather(
        *(stores[n % 2].create(scene.draft(), scene.request("r1"), queue_limit=100) for n in range(20))
    )
    assert 1 == len({build.id for build in made})
    assert 1 == len(await scene.store.undelivered(limit=100))


async def test_a_full_queue_says_how_many_wait_and_keeps_nothing_of_the_refused(scene):
    for _ in range(2):
        await scene.store.create(scene.draft(), scene.request(), queue_limit=2)
    with pytest.raises(QueueFull) as refused:
        await scene.store.create(scene.draft(), scene.request("r1"), queue_limit=2)
    await scene.store.claim("one", lease_s=30)
    admitted = await scene.store.create(scene.draft(), scene.request("r1", fingerprint="other"), queue_limit=2)
    assert 2 == refused.value.waiting
    assert BuildState.QUEUED is admitted.state


async def test_only_waiting_builds_fill_the_queue(scene):
    await scene.running()
    await scene.failed()
    await scene.asking()
    assert 0 == await scene.store.queue_depth()
    await scene.store.create(scene.draft(), scene.request(), queue_limit=1)
    assert 1 == await scene.store.queue_depth()


async def test_the_queue_limit_holds_for_callers_at_once(scene):
    stores = [scene.store, await scene.open()]
    answers = await asyncio.gather(
        *(stores[n % 2].create(scene.draft(), scene.request(), queue_limit=5) for n in range(20)),
        return_exceptions=True,
    )
    assert 15 == sum(isinstance(answer, QueueFull) for answer in answers)
    assert 5 == await scene.store.queue_depth()


async def test_a_build_that_is_not_there_is_unknown(scene):
    with pytest.raises(BuildUnknown):
        await scene.store.get("0" * 26, tenant="default")
    assert [] == list(await scene.store.events("0" * 26, after=0, limit=10))


async def test_every_instance_sees_what_another_made(scene):
    created = await scene.queued()
    assert created == await (await scene.open()).get(created.id, tenant="default")
