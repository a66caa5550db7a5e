"""Services start in any order and go away: builds wait, and the trail is complete in the end."""

import asyncio
import sqlite3
from collections import Counter
from contextlib import closing

from pcf.generator.v1 import generator_pb2 as pb

PROMPT = "I need a 5-star rating control"


async def test_a_build_waits_for_a_brain_that_starts_later(start_brain, start_audit, start_generator, free_port):
    brain = free_port()
    async with start_audit() as (audit, log), start_generator(brain=brain, audit=audit) as generator:
        build = await generator.create(PROMPT)
        async with asyncio.timeout(20):
            while (await generator.get(build)).state != pb.Build.STATE_RUNNING:
                pass
        async with start_brain(port=brain):
            settled = await generator.settled(build)
        assert pb.Build.STATE_SUCCEEDED == settled.state
        assert 7 == Counter(event.type for event in await log.until(build, "build.succeeded"))["stage.succeeded"]


async def test_without_brain_and_audit_log_everything_but_building_answers(start_generator, free_port):
    async with start_generator(brain=free_port(), audit=free_port()) as generator:
        build = await generator.create(PROMPT)
        listed = await generator.stub.ListBuilds(pb.ListBuildsRequest())
        cancelled = await generator.stub.CancelBuild(pb.CancelBuildRequest(name=build.name))
    assert [build.name] == [each.name for each in listed.builds]
    assert pb.Build.STATE_CANCELLED == cancelled.state


async def test_a_brain_that_never_comes_fails_the_build_at_its_limit(start_audit, start_generator, free_port):
    async with (
        start_audit() as (audit, _),
        start_generator(brain=free_port(), audit=audit, build_limit_s=0.5, stage_limit_s=0.5) as generator,
    ):
        build = await generator.settled(await generator.create(PROMPT))
        assert (pb.Build.STATE_FAILED, "PCF-SYS-001") == (build.state, build.problem.code)


async def test_builds_do_not_wait_for_the_audit_log_and_it_gets_everything_once(
    start_brain, start_audit, start_generator, free_port
):
    audit = free_port()
    async with start_brain() as brain, start_generator(brain=brain, audit=audit) as generator:
        builds = [await generator.settled(await generator.create(PROMPT)) for _ in range(3)]
        assert [pb.Build.STATE_SUCCEEDED] * 3 == [build.state for build in builds]
        async with start_audit(port=audit) as (_, log):
            for build in builds:
                types = [event.type for event in await log.until(build, "build.succeeded")]
                assert ("build.created", 7) == (types[0], types.count("stage.succeeded"))
            events = await log.events()
    assert {1} == set(Counter(event.event_id for event in events).values())


async def test_what_the_audit_log_missed_is_delivered_after_a_restart(
    start_brain, start_audit, start_generator, free_port
):
    async with start_brain() as brain:
        async with start_generator(brain=brain, audit=free_port()) as generator:
            build = await generator.settled(await generator.create(PROMPT))
        async with start_audit() as (audit, log), start_generator(brain=brain, audit=audit):
            events = await log.until(build, "build.succeeded")
    assert {1} == set(Counter(event.event_id for event in events).values())
    assert 7 == Counter(event.type for event in events)["stage.succeeded"]


async def test_an_entry_that_the_audit_log_refuses_is_set_aside_and_holds_up_no_other(
    start_brain, start_audit, start_generator, free_port, tmp_path
):
    """Damaged on its way, as by a fault of ours: its type is none that the audit log takes."""
    async with start_brain() as brain:
        async with start_generator(brain=brain, audit=free_port()) as generator:
            build = await generator.settled(await generator.create(PROMPT))
        with closing(sqlite3.connect(tmp_path / "builds.db", isolation_level=None)) as outbox:
            first = "position = (SELECT min(position) FROM outbox)"
            outbox.execute(f"UPDATE outbox SET entry = replace(entry, 'build.created', 'Build Created!') WHERE {first}")
        async with start_audit() as (audit, log), start_generator(brain=brain, audit=audit):
            types = [event.type for event in await log.until(build, "build.succeeded")]
    with closing(sqlite3.connect(tmp_path / "builds.db")) as outbox:
        aside = outbox.execute("SELECT build_id, reason FROM undeliverable").fetchall()
        left = outbox.execute("SELECT count(*) FROM outbox").fetchone()[0]
    assert (7, 0) == (types.count("stage.succeeded"), types.count("build.created"))
    assert [build.name.removeprefix("builds/")] == [build_id for build_id, _ in aside]
    assert aside[0][1].startswith("INVALID_REQUEST: events[0].type")
    assert 0 == left
