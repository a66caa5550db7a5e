"""BuildStore.change and record: what users do to builds."""

from dataclasses import replace

import pytest
from pcf_generator.build_store import BuildUnknown, RequestIdReused, WrongState
from pcf_generator.domain.build import BuildState, EventType, NewEvent
from pcf_generator.domain.trail import TrailEntry

CANCELLED = NewEvent(EventType.CANCELLED, "Cancelled.")


def cancel(build):
    return replace(build, state=BuildState.CANCELLED)


def refuse(build):
    raise WrongState(build, "cancel")


async def change(scene, build_id, how=cancel, request=None):
    return await scene.store.change(
        build_id, how, event=CANCELLED, trail=TrailEntry("build.cancelled"), request=request or scene.request()
    )


async def test_a_change_comes_with_its_event_its_audit_entry_and_its_time(scene):
    build = await scene.queued()
    scene.clock.advance(5)
    changed = await change(scene, build.id, request=scene.request("r2", actor="another"))
    event = (await scene.events(build))[-1]
    entry = (await scene.store.undelivered(limit=10))[-1]
    assert changed == await scene.store.get(build.id, tenant="default")
    assert (BuildState.CANCELLED, 2, scene.clock.now()) == (changed.state, changed.last_sequence, changed.update_time)
    assert (2, CANCELLED, BuildState.CANCELLED) == (event.sequence, event.event, event.state)
    assert ("another", "trace r2", "build.cancelled") == (entry.actor, entry.request_id, entry.entry.type)


async def test_a_refused_change_leaves_no_trace(scene):
    build = await scene.queued()
    with pytest.raises(WrongState):
        await change(scene, build.id, refuse, scene.request("r1"))
    assert build == await scene.store.get(build.id, tenant="default")
    assert 1 == len(await scene.events(build))
    assert 1 == len(await scene.store.undelivered(limit=10))
    # Not even of the request: the same one may succeed later.
    assert BuildState.CANCELLED is (await change(scene, build.id, cancel, scene.request("r1"))).state


async def test_the_same_request_again_changes_nothing_and_gives_the_build_as_it_is(scene):
    build = await scene.queued()
    changed = await change(scene, build.id, request=scene.request("r1"))
    assert changed == await change(scene, build.id, refuse, scene.request("r1"))
    assert 2 == len(await scene.events(build))


async def test_the_request_id_of_another_call_is_refused(scene):
    build = await scene.store.create(scene.draft(), scene.request("r1", fingerprint="create"), queue_limit=10)
    with pytest.raises(RequestIdReused):
        await change(scene, build.id, request=scene.request("r1", fingerprint="cancel"))
    assert build == await scene.store.get(build.id, tenant="default")


async def test_a_build_that_is_not_there_cannot_be_changed(scene):
    with pytest.raises(BuildUnknown):
        await change(scene, "0" * 26, request=scene.request("r1"))


async def test_an_entry_is_recorded_in_the_name_of_who_asked(scene):
    build = await scene.queued()
    await scene.store.record(build.id, TrailEntry("artifact.downloaded"), scene.request("r9", actor="reader"))
    entry = (await scene.store.undelivered(limit=10))[-1]
    assert ("artifact.downloaded", build.id, "reader", "trace r9") == (
        entry.entry.type,
        entry.build_id,
        entry.actor,
        entry.request_id,
    )
    assert build == await scene.store.get(build.id, tenant="default")


async def test_an_entry_about_no_build_is_refused(scene):
    with pytest.raises(BuildUnknown):
        await scene.store.record("0" * 26, TrailEntry("artifact.downloaded"), scene.request())
    assert [] == list(await scene.store.undelivered(limit=10))
