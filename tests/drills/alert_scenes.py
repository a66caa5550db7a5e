"""What breaks, one after another, and which alerts must reach whom: no fewer and no others."""

import asyncio
import itertools
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass

import asyncpg
import httpx
from pcf.audit.v1 import audit_pb2, audit_pb2_grpc
from pcf_runtime.client import open_channel, service_config
from pcf_runtime.errors import ServiceError

from tests.drills.alert_world import AlertWorld
from tests.drills.services import Service
from tests.monitoring.watch import Watch

__all__ = ["SCENES", "Scene"]

Act = Callable[[AlertWorld, Watch], Awaitable[None]]
_PAUSE_S = 0.3
_NUMBERS = itertools.count()
_TAMPER = "UPDATE audit_entries SET content = replace(content, 'build', 'Build') WHERE idx = 0"


async def _nothing(_world: AlertWorld, _watch: Watch) -> None:
    return


async def _builds(world: AlertWorld) -> None:
    """New ones all the time, each another."""
    await _keep_asking(world, "a slider from -{} to 7")


async def _hard_prompts(world: AlertWorld) -> None:
    """What the offline engine is unsure of."""
    await _keep_asking(world, "Gäste sollen Sterne vergeben, Nummer {}")


async def _readers(world: AlertWorld) -> None:
    """People who look at their builds."""
    async with httpx.AsyncClient(base_url=world.edge.url, verify=False, trust_env=False) as client:  # noqa: S501
        while True:
            await client.get("/v1/builds")
            await asyncio.sleep(_PAUSE_S)


async def _keep_asking(world: AlertWorld, prompt: str) -> None:
    while True:
        with suppress(ServiceError):
            await world.build(prompt.format(next(_NUMBERS)))
        await asyncio.sleep(_PAUSE_S)


@dataclass(frozen=True, slots=True)
class Scene:
    """One thing that breaks. `page` and `ticket` name the alerts that must come."""

    what: str
    breaking: Act
    mending: Act = _nothing
    page: frozenset[str] = frozenset()
    ticket: frozenset[str] = frozenset()
    meanwhile: Callable[[AlertWorld], Awaitable[None]] | None = None
    """What goes on from before it breaks until it is mended."""
    as_shipped: bool = False
    """Not hurried: every wait is what operators have."""

    @property
    def expected(self) -> frozenset[str]:
        return frozenset({f"page {name}" for name in self.page} | {f"ticket {name}" for name in self.ticket})


def _killed(pick: Callable[[AlertWorld], Sequence[Service]]) -> tuple[Act, Act]:
    async def kill(world: AlertWorld, _watch: Watch) -> None:
        for service in pick(world):
            service.kill()

    async def start(world: AlertWorld, _watch: Watch) -> None:
        for service in pick(world):
            service.start()
        for service in pick(world):
            await service.ready()

    return kill, start


async def _cut_the_roads(world: AlertWorld, _watch: Watch) -> None:
    for road in world.roads:
        road.refuse()


async def _open_the_roads(world: AlertWorld, _watch: Watch) -> None:
    for road in world.roads:
        road.pass_()


async def _refuse_the_bucket(world: AlertWorld, _watch: Watch) -> None:
    world.bucket.refuse()


async def _open_the_bucket(world: AlertWorld, _watch: Watch) -> None:
    world.bucket.pass_()


async def _take_the_compilers(world: AlertWorld, _watch: Watch) -> None:
    world.compilers.rename(world.compilers.with_name("taken"))
    await _restart(world.generators[1])


async def _bring_the_compilers(world: AlertWorld, _watch: Watch) -> None:
    world.compilers.with_name("taken").rename(world.compilers)
    await _restart(world.generators[1])


async def _restart(service: Service) -> None:
    await asyncio.to_thread(service.stop)
    service.start()
    await service.ready()


async def _spoil_the_brain(world: AlertWorld, _watch: Watch) -> None:
    (world.brain_folder / "rules/spoiled.yaml").write_text("no: rule")


async def _mend_the_brain(world: AlertWorld, _watch: Watch) -> None:
    (world.brain_folder / "rules/spoiled.yaml").unlink()


async def _tamper_with_the_log(world: AlertWorld, _watch: Watch) -> None:
    await world.build("a rating with 5 stars")
    connection = await asyncpg.connect(world.audit_database)
    try:
        await connection.execute("SET session_replication_role = replica")  # past the trigger that forbids it
        async with asyncio.timeout(30):
            while await connection.execute(_TAMPER) == "UPDATE 0":
                await asyncio.sleep(_PAUSE_S)
    finally:
        await connection.close()
    async with open_channel(world.audit.target, service_config=service_config("pcf.audit.v1")) as channel:
        await audit_pb2_grpc.AuditServiceStub(channel).VerifyLog(audit_pb2.VerifyLogRequest())


async def _certificate_ends(world: AlertWorld, _watch: Watch) -> None:
    world.edge.certificates.rotate(days=5)


async def _certificate_renewed(world: AlertWorld, _watch: Watch) -> None:
    world.edge.certificates.rotate()


def _ill(fault: str, *providers: str) -> tuple[Act, Act]:
    async def fall_ill(world: AlertWorld, _watch: Watch) -> None:
        for provider in providers:
            world.models.fault(fault, provider=provider)

    async def heal(world: AlertWorld, _watch: Watch) -> None:
        world.models.heal()
        # A key that was refused is not tried again; another is.
        world.model_key.write_text(f"sk-{next(_NUMBERS)}")

    return fall_ill, heal


async def _kill_the_database(world: AlertWorld, _watch: Watch) -> None:
    await asyncio.to_thread(world.database.kill)


async def _start_the_database(world: AlertWorld, _watch: Watch) -> None:
    world.database.start()


async def _kill_redis(world: AlertWorld, _watch: Watch) -> None:
    world.cache.kill()


async def _start_redis(world: AlertWorld, _watch: Watch) -> None:
    world.cache.start()


async def _kill_the_exporter(world: AlertWorld, _watch: Watch) -> None:
    world.node.kill()


async def _start_the_exporter(world: AlertWorld, _watch: Watch) -> None:
    world.node.start()


async def _forget_the_gateways(_world: AlertWorld, watch: Watch) -> None:
    watch.forget("gateway")


def _alerts(*names: str) -> frozenset[str]:
    return frozenset(names)


SCENES = (
    Scene("nothing, under load", _nothing, meanwhile=_builds),
    Scene("the brain dies", *_killed(lambda world: [world.brain]), page=_alerts("ServiceDown"), meanwhile=_builds),
    Scene("one of two generators dies", *_killed(lambda world: world.generators[1:]), ticket=_alerts("InstanceDown")),
    Scene("both generators die", *_killed(lambda world: world.generators), page=_alerts("ServiceDown")),
    Scene("the audit log dies", *_killed(lambda world: [world.audit]), page=_alerts("ServiceDown"), meanwhile=_builds),
    Scene("both gateways die", *_killed(lambda world: world.gateways), page=_alerts("ServiceDown")),
    Scene(
        "the edge reaches no gateway",
        _cut_the_roads,
        _open_the_roads,
        page=_alerts("EnvoyWithoutUpstream"),
    ),
    Scene(
        "the database dies",
        _kill_the_database,
        _start_the_database,
        page=_alerts("ServiceNotReady", "RestAvailabilityBurnsFast"),
        meanwhile=_readers,
    ),
    Scene("the bucket refuses", _refuse_the_bucket, _open_the_bucket, page=_alerts("ArtifactStoreDown")),
    Scene(
        "a generator has no compilers", _take_the_compilers, _bring_the_compilers, ticket=_alerts("CompilersMissing")
    ),
    Scene("a release cannot be used", _spoil_the_brain, _mend_the_brain, ticket=_alerts("BrainReleaseRefused")),
    Scene("Redis dies", _kill_redis, _start_redis, ticket=_alerts("ResultCacheFaults"), meanwhile=_builds),
    Scene(
        "a provider refuses the key",
        *_ill("auth", "openai"),
        ticket=_alerts("ModelAccountRefused"),
        meanwhile=_hard_prompts,
    ),
    Scene(
        "one model is ill",
        *_ill("server_503", "openai"),
        ticket=_alerts("ModelCircuitOpen"),
        meanwhile=_hard_prompts,
    ),
    Scene(
        "all models are ill",
        *_ill("server_503", "openai", "anthropic"),
        page=_alerts("AllModelCircuitsOpen"),
        meanwhile=_hard_prompts,
    ),
    Scene(
        "the edge's certificate ends soon",
        _certificate_ends,
        _certificate_renewed,
        ticket=_alerts("EnvoyCertificateExpires"),
    ),
    Scene("the node is gone", _kill_the_exporter, _start_the_exporter, page=_alerts("NodeDown")),
    Scene("the targets are lost", _forget_the_gateways, page=_alerts("ServiceAbsent")),
    Scene(
        "the brain dies, and no wait is shortened",
        *_killed(lambda world: [world.brain]),
        page=_alerts("ServiceDown"),
        as_shipped=True,
    ),
    # The last, for it is not mended.
    Scene("an audit event is changed", _tamper_with_the_log, page=_alerts("AuditLogBroken")),
)
