"""The generator as it is deployed, a process of its own: SIGTERM and kill -9 with builds running."""

import asyncio
import json
import os
import signal
import sqlite3
import sys
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from typing import Any

import pytest
from pcf.generator.v1 import generator_pb2 as pb
from pcf_runtime.errors import ServiceError, Unavailable
from pcf_runtime.testing import expect_error

pytestmark = pytest.mark.slow

PROMPT = "I need a 5-star rating control"
GRACE_S = 60.0
EXIT_S = 15.0
"""How long a process may take to end: its flush, and an interpreter on a busy machine. No call takes all its grace."""


@pytest.fixture
def process(tmp_path, held_brain, connect, free_port):
    """A process and a client of it; killed at the latest when the block ends. Its audit log is not there."""

    @asynccontextmanager
    async def running(**settings: object) -> AsyncIterator[Any]:
        values = {
            "port": 0,
            "metrics_port": 0,
            "database": tmp_path / "builds.db",
            "artifacts": tmp_path / "artifacts",
            "brain_target": f"127.0.0.1:{held_brain[1]}",
            "audit_target": f"127.0.0.1:{free_port()}",
            "drain_grace_s": GRACE_S,
            "concurrency": 50,
            **settings,
        }
        environment = {f"PCF_GENERATOR_{name.upper()}": str(value) for name, value in values.items()}
        child = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "pcf_generator"),
            env={**os.environ, **environment},
            stderr=asyncio.subprocess.PIPE,
            limit=1_000_000,
        )
        port = await bound_port(child.stderr)
        reading = asyncio.create_task(child.stderr.read())
        try:
            async with connect(port) as client:
                yield child, client
        finally:
            if child.returncode is None:
                child.kill()
            await child.wait()
            await reading

    return running


async def bound_port(log: asyncio.StreamReader) -> int:
    async for line in log:
        entry = json.loads(line)
        if entry["message"] == "server started":
            return int(entry["server"]["port"])
    raise AssertionError("the service ended before it started")


async def ended(child, number):
    """The exit code after a signal."""
    child.send_signal(number)
    async with asyncio.timeout(EXIT_S):
        return await child.wait()


async def settled(client, builds):
    return [await client.settled(build) for build in builds]


@pytest.fixture(params=["sqlite", "postgres"])
def stored(request) -> dict[str, str]:
    """Where a process keeps its builds."""
    return {"database_url": request.getfixturevalue("builds_url")} if request.param == "postgres" else {}


async def test_sigterm_hands_fifty_running_builds_back_and_the_next_process_finishes_them(process, held_brain, stored):
    held, _ = held_brain
    async with process(**stored) as (child, client):
        builds = [await client.create(PROMPT) for _ in range(50)]
        await held.held(50)
        reading = asyncio.create_task(read_until_gone(client, builds[0]))
        watch = client.stub.WatchBuild(pb.WatchBuildRequest(name=builds[0].name), timeout=60)
        assert pb.BuildEvent.TYPE_CREATED == (await anext(aiter(watch))).type
        # The build goes on for longer than the process has; its watcher is sent elsewhere at once.
        assert 0 == await ended(child, signal.SIGTERM)
        assert await reading == {"UNAVAILABLE"}
        with expect_error(Unavailable, reason="DRAINING"):
            await read(watch)
    held.door.set()
    # A lease of an hour: what was not handed back would wait for it.
    async with process(lease_s=3600, **stored) as (_, client):
        done = await settled(client, builds)
        events = [await client.events(build) for build in (builds[0], builds[-1])]
    assert {pb.Build.STATE_SUCCEEDED} == {build.state for build in done}
    for told in events:
        counted = Counter(event.type for event in told)
        assert [1, 1, 7, 1] == [
            counted[kind]
            for kind in (
                pb.BuildEvent.TYPE_CREATED,
                pb.BuildEvent.TYPE_HANDED_BACK,
                pb.BuildEvent.TYPE_STAGE_SUCCEEDED,
                pb.BuildEvent.TYPE_SUCCEEDED,
            )
        ]
        assert list(range(1, len(told) + 1)) == [event.sequence for event in told]


async def read(call):
    async for _ in call:
        pass


async def read_until_gone(client, build):
    """Reads as fast as they are answered; the reasons of those that were not."""
    while True:
        try:
            await client.get(build)
        except ServiceError as error:
            return {error.reason}


async def test_what_kill_9_interrupted_is_finished_once_after_its_lease(process, held_brain, stored):
    held, _ = held_brain
    async with process(lease_s=1, **stored) as (child, client):
        build = await client.create(PROMPT)
        await held.held(1)
        assert -signal.SIGKILL == await ended(child, signal.SIGKILL)
    held.door.set()
    async with process(**stored) as (_, client):
        done = await client.settled(build)
        counted = Counter(event.type for event in await client.events(build))
    assert pb.Build.STATE_SUCCEEDED == done.state
    assert (1, 7, 1) == (
        counted[pb.BuildEvent.TYPE_HANDED_BACK],
        counted[pb.BuildEvent.TYPE_STAGE_SUCCEEDED],
        counted[pb.BuildEvent.TYPE_SUCCEEDED],
    )


async def test_a_newer_database_is_refused_with_a_clear_line(tmp_path):
    path = tmp_path / "builds.db"
    with closing(sqlite3.connect(path, isolation_level=None)) as newer:
        newer.execute("PRAGMA user_version = 4711")
    child = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "pcf_generator"),
        env={**os.environ, "PCF_GENERATOR_DATABASE": str(path)},
        stderr=asyncio.subprocess.PIPE,
    )
    async with asyncio.timeout(EXIT_S):
        _, errors = await child.communicate()
    assert 1 == child.returncode
    assert "at schema 4711; this version knows schemas up to" in errors.decode()
