"""Releases move back and forth under load, and no call fails."""

import asyncio
from dataclasses import dataclass, field
from typing import Any

import pytest
from pcf.brain.v1 import brain_pb2
from pcf_runtime.errors import ServiceError

pytestmark = pytest.mark.slow

_MOVES = 10
_CALLERS = 8
_PATH = "release.yaml"


@dataclass(slots=True)
class Load:
    """Callers that never pause; what they saw."""

    stub: Any
    versions: dict[str, str]
    """Content of the file that tells releases apart, by the release's name; filled by who publishes."""
    calls: int = 0
    failures: list[str] = field(default_factory=list)
    seen: set[str] = field(default_factory=set)
    ended: asyncio.Event = field(default_factory=asyncio.Event)

    async def call(self) -> None:
        while not self.ended.is_set():
            try:
                await self._build()
            except ServiceError as error:
                self.failures.append(repr(error))

    async def _build(self) -> None:
        """As a build does: begin with the current release, and stay with it."""
        route = await self.stub.RouteTask(
            brain_pb2.RouteTaskRequest(task=brain_pb2.TASK_RENDER_CONTROL, capability_id="lamp")
        )
        for _ in range(5):
            file = await self.stub.GetFile(brain_pb2.GetFileRequest(path=_PATH, release=route.release))
            pinned = await self.stub.RouteTask(
                brain_pb2.RouteTaskRequest(task=brain_pb2.TASK_VALIDATE_CODE, release=route.release)
            )
            self.calls += 2
            before = self.versions.setdefault(route.release, file.content.decode())
            if (before, route.release) != (file.content.decode(), pinned.release):
                self.failures.append(f"{route.release} gave {file.content!r} after {before!r}")
        self.calls += 1
        self.seen.add(route.release)


async def test_no_call_fails_while_releases_move_back_and_forth(press: Any, serve: Any, bucket_url: str):
    """Pinned builds keep their release: what a release gave once it gives again."""
    digests = [await press.create(bucket_url, version) for version in "123"]
    await press.promote(bucket_url, digests[0])
    async with serve(bucket_url=bucket_url, poll_interval_s=0.05, releases_kept=3) as brain:
        assert await brain.version() == "1"
        load = Load(brain.stub, {})
        async with asyncio.TaskGroup() as group:
            for _ in range(_CALLERS):
                group.create_task(load.call())
            for move in range(1, _MOVES + 1):
                await press.promote(bucket_url, digests[move % 3])
                await brain.until("123"[move % 3], within_s=15)
            load.ended.set()
        moved = await brain.metric('pcf_brain_refreshes_total{outcome="loaded"}')
    print(f"{load.calls:,} calls, {moved:.0f} releases loaded, {len(load.failures)} failures")  # noqa: T201 - a figure
    assert load.failures == []
    assert (moved, len(load.seen), load.calls > 100) == (_MOVES + 1, 3, True)
