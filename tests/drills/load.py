"""Makers under whose hands instances die: they repeat what was not answered, and follow their builds to the end."""

import asyncio
import random
import time
import uuid
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from typing import Any

from pcf.generator.v1 import generator_pb2 as pb
from pcf.generator.v1 import generator_pb2_grpc
from pcf_runtime.client import open_channel, service_config
from pcf_runtime.errors import (
    Cancelled,
    DeadlineExceeded,
    ResourceExhausted,
    ServiceError,
    Unavailable,
    Unknown,
)

__all__ = ["Made", "Makers", "prompts"]

_SETTLED = {
    pb.Build.STATE_NEEDS_INPUT,
    pb.Build.STATE_SUCCEEDED,
    pb.Build.STATE_FAILED,
    pb.Build.STATE_CANCELLED,
}
_REPEATED = (Cancelled, DeadlineExceeded, ResourceExhausted, Unavailable, Unknown)
_CALL_S = 5.0
_PAUSE_S = 0.1
_KINDS = (
    "a rating with {} stars",
    "a slider from 0 to {}",
    "a progress bar up to {}",
    "a text input of at most {} characters",
    "a slider from -{} to 0 in steps of 1",
)


def prompts(count: int) -> list[str]:
    """So many different ones, for a result that is there already is taken instead of made."""
    stars = 10
    found = []
    for number in range(count):
        kind = _KINDS[number % len(_KINDS)]
        size = 3 + number // len(_KINDS)
        found.append(kind.format(3 + size % (stars - 2) if "stars" in kind else size))
    return found


@dataclass(slots=True)
class Made:
    """One accepted build: what it was asked, what was seen of it, and how it ended."""

    prompt: str
    name: str
    events: list[pb.BuildEvent] = field(default_factory=list)
    build: pb.Build | None = None
    waited_s: float = 0.0


class Makers:
    """Several makers at work; each asks any of the generators."""

    def __init__(self, targets: Sequence[str], asked: Sequence[str], *, makers: int, seed: int) -> None:
        self._targets = targets
        self._asked = asked
        self.count = makers
        self._random = random.Random(seed)
        self._stubs: list[Any] = []
        self._stopping = asyncio.Event()
        self.made: list[Made] = []
        self.ended: list[Made] = []
        self.repeated = 0

    async def work(self, *, builds: int | None = None) -> list[Made]:
        """Go on until `stop` was called, or so many builds were made; every one of them has settled then."""
        async with AsyncExitStack() as stack:
            for target in self._targets:
                channel = open_channel(target, service_config=service_config("pcf.generator.v1"))
                stack.push_async_callback(channel.close)
                self._stubs.append(generator_pb2_grpc.GeneratorServiceStub(channel))
            async with asyncio.TaskGroup() as group:
                for number in range(self.count):
                    share = None if builds is None else range(number, builds, self.count)
                    group.create_task(self._maker(share))
        return self.made

    def stop(self) -> None:
        """Take on no more builds."""
        self._stopping.set()

    async def _maker(self, share: range | None) -> None:
        numbers = iter(share) if share is not None else iter(int, 1)
        for number in numbers:
            if self._stopping.is_set():
                return
            prompt = self._asked[number] if share is not None else self._random.choice(self._asked)
            await self._make(prompt)

    async def _make(self, prompt: str) -> None:
        began = time.monotonic()
        request = pb.CreateBuildRequest(
            prompt=prompt, request_id=str(uuid.UUID(int=self._random.getrandbits(128), version=4))
        )
        accepted = await self._insist(lambda stub: stub.CreateBuild(request, timeout=_CALL_S))
        made = Made(prompt, accepted.name)
        self.made.append(made)
        while made.build is None:
            await self._follow(made)
            found = await self._insist(lambda stub: stub.GetBuild(pb.GetBuildRequest(name=made.name), timeout=_CALL_S))
            if found.state in _SETTLED and found.last_sequence == len(made.events):
                made.build = found
        made.waited_s = time.monotonic() - began
        self.ended.append(made)

    async def _follow(self, made: Made) -> None:
        """Read on where the last stream ended, from any instance."""
        stub = self._random.choice(self._stubs)
        call = stub.WatchBuild(pb.WatchBuildRequest(name=made.name, after_sequence=len(made.events)), timeout=_CALL_S)
        try:
            async for event in call:
                made.events.append(event)
        except _REPEATED:
            self.repeated += 1
            await asyncio.sleep(_PAUSE_S)
        finally:
            call.cancel()

    async def _insist(self, call: Callable[[Any], Awaitable[pb.Build]]) -> pb.Build:
        while True:
            stub = self._random.choice(self._stubs)
            try:
                return await call(stub)
            except _REPEATED:
                self.repeated += 1
                await asyncio.sleep(_PAUSE_S)
            except ServiceError as error:
                raise RuntimeError(f"a call was refused: {error}") from error
