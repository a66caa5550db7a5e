"""How each thing is broken, and mended again when the block ends."""

import asyncio
import itertools
import re
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Protocol

import asyncpg
import httpx
import psutil
from pcf.audit.v1 import audit_pb2, audit_pb2_grpc
from pcf_runtime.client import open_channel, service_config

from tests.drills.alert_scene import Break, beside
from tests.drills.alert_traffic import build, hard_prompt, makers, settled
from tests.drills.alert_world import CROWDED, AlertWorld
from tests.drills.services import Service
from tests.drills.world import LEASE_S
from tests.monitoring.watch import Watch
from tests.servers.proxy import Proxy

__all__ = [
    "audit_event_changed",
    "certificate_ends",
    "compilers_taken",
    "gateways_forgotten",
    "generator_stalls_again_and_again",
    "ill",
    "killed",
    "nothing",
    "on_the_way",
    "one_build_holds_up_its_tenant",
    "release_spoiled",
    "starved",
]

_PAUSE_S = 0.3
_PATIENCE_S = 30.0
_OPEN_CIRCUIT = re.compile(r"^pcf_model_breaker\{.*\} 2\.0$", re.MULTILINE)
_NUMBERS = itertools.count()
_LIFE_S = 4.0
"""Longer than a stage takes with slow models: a build that completes none in three lives is given up."""
_SLOW_MODEL_S = 2.0
_HELD_UP = 4
_HELD_UP_MODEL_S = 15.0
_TAMPER = "UPDATE audit_entries SET content = replace(content, 'build', 'Build') WHERE idx = 0"
_CONTENT = "SELECT content FROM audit_entries WHERE idx = 0"
_RESTORE = "UPDATE audit_entries SET content = $1 WHERE idx = 0"


class Killable(Protocol):
    """Something that runs, and comes back where it was."""

    def kill(self) -> None:
        """As kill -9 does."""

    def start(self) -> None:
        """Run again."""


@asynccontextmanager
async def nothing(_world: AlertWorld, _watch: Watch) -> AsyncIterator[None]:
    yield


def killed(pick: Callable[[AlertWorld], Sequence[Killable]]) -> Break:
    """As kill -9 does."""

    @asynccontextmanager
    async def broken(world: AlertWorld, _watch: Watch) -> AsyncIterator[None]:
        for each in pick(world):
            await asyncio.to_thread(each.kill)
        yield
        for each in pick(world):
            each.start()

    return broken


def on_the_way(pick: Callable[[AlertWorld], Sequence[Proxy]], fault: Callable[[Proxy], None]) -> Break:
    """What networks do to whoever goes these ways."""

    @asynccontextmanager
    async def broken(world: AlertWorld, _watch: Watch) -> AsyncIterator[None]:
        for way in pick(world):
            fault(way)
        yield
        for way in pick(world):
            way.pass_()

    return broken


def ill(fault: str, *providers: str) -> Break:
    """These providers of language models answer with a fault."""

    @asynccontextmanager
    async def broken(world: AlertWorld, _watch: Watch) -> AsyncIterator[None]:
        for provider in providers:
            world.models.fault(fault, provider=provider)
        yield
        world.models.heal()
        # A key that was refused is not tried again; another is. Circuits would stay open for minutes.
        world.model_key.write_text(f"sk-{next(_NUMBERS)}")
        await asyncio.to_thread(world.cache.ask, "FLUSHALL")
        async with asyncio.timeout(_PATIENCE_S), httpx.AsyncClient(trust_env=False) as client:
            for generator in world.generators:
                while _OPEN_CIRCUIT.search((await client.get(f"http://127.0.0.1:{generator.metrics_port}")).text):
                    await asyncio.sleep(_PAUSE_S)

    return broken


def starved(pick: Callable[[AlertWorld], Service]) -> Break:
    """It gets a twelfth of a processor, in turns, as from a kernel that holds a container to its share."""

    @asynccontextmanager
    async def broken(world: AlertWorld, _watch: Watch) -> AsyncIterator[None]:
        async with beside(_stop_again_and_again(pick(world), stopped_s=0.55, running_s=0.05)):
            yield

    return broken


@asynccontextmanager
async def gateways_forgotten(_world: AlertWorld, watch: Watch) -> AsyncIterator[None]:
    watch.forget("gateway")
    yield


@asynccontextmanager
async def compilers_taken(world: AlertWorld, _watch: Watch) -> AsyncIterator[None]:
    taken = world.compilers.with_name("taken")
    world.compilers.rename(taken)
    await _restart(world.generators[1])
    yield
    taken.rename(world.compilers)
    await _restart(world.generators[1])


@asynccontextmanager
async def release_spoiled(world: AlertWorld, _watch: Watch) -> AsyncIterator[None]:
    rule = world.brain_folder / "rules/spoiled.yaml"
    rule.write_text("no: rule")
    yield
    rule.unlink()


@asynccontextmanager
async def certificate_ends(world: AlertWorld, _watch: Watch) -> AsyncIterator[None]:
    world.edge.certificates.rotate(days=5)
    yield
    world.edge.certificates.rotate()


@asynccontextmanager
async def generator_stalls_again_and_again(world: AlertWorld, _watch: Watch) -> AsyncIterator[None]:
    """For longer than a lease, while all places are taken by builds that wait for slow models."""
    world.models.fault("slow_first_token", delay_s=_SLOW_MODEL_S)
    stalling = _stop_again_and_again(world.generators[1], stopped_s=1.5 * LEASE_S, running_s=_LIFE_S)
    async with beside(makers(world), stalling):
        yield
    world.models.heal()


@asynccontextmanager
async def one_build_holds_up_its_tenant(world: AlertWorld, _watch: Watch) -> AsyncIterator[None]:
    """Its others wait, for it may run one at a time, and that one waits for a model."""
    world.models.fault("slow_first_token", delay_s=_HELD_UP_MODEL_S)
    made = [await build(world, hard_prompt(), tenant=CROWDED) for _ in range(_HELD_UP)]
    yield
    world.models.heal()
    for each in made:
        await settled(world, each, tenant=CROWDED)


@asynccontextmanager
async def audit_event_changed(world: AlertWorld, _watch: Watch) -> AsyncIterator[None]:
    """By somebody who may do everything in its database."""
    await build(world, "a rating with 5 stars")
    connection = await asyncpg.connect(world.audit_database)
    try:
        await connection.execute("SET session_replication_role = replica")  # past the trigger that forbids it
        async with asyncio.timeout(_PATIENCE_S):
            while (content := await connection.fetchval(_CONTENT)) is None:
                await asyncio.sleep(_PAUSE_S)
        await connection.execute(_TAMPER)
        await _verify(world)
        yield
        await connection.execute(_RESTORE, content)
    finally:
        await connection.close()


async def _stop_again_and_again(service: Service, *, stopped_s: float, running_s: float) -> None:
    process = psutil.Process(service.pid)
    try:
        while True:
            await asyncio.sleep(running_s)
            process.suspend()
            await asyncio.sleep(stopped_s)
            process.resume()
    finally:
        process.resume()


async def _verify(world: AlertWorld) -> None:
    async with open_channel(world.audit.target, service_config=service_config("pcf.audit.v1")) as channel:
        await audit_pb2_grpc.AuditServiceStub(channel).VerifyLog(audit_pb2.VerifyLogRequest())


async def _restart(service: Service) -> None:
    await asyncio.to_thread(service.stop)
    service.start()
    await service.ready()
