"""Puts the generator together: the only place that knows settings and adapters."""

import asyncio
import logging
import os
import socket
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial

import grpc
from pcf.generator.v1 import generator_pb2_grpc
from pcf_runtime.client import open_channel, service_config
from pcf_runtime.event_loop import watching_loop
from pcf_runtime.health import Check, Readiness
from pcf_runtime.ids import new_ulid
from pcf_runtime.metrics import RpcMetrics, build_info, serve_metrics
from pcf_runtime.server import Rpc, ServerOptions, build_server
from pcf_runtime.tls.files import TlsFiles
from pcf_runtime.tracing.opening import open_tracing
from prometheus_client import CollectorRegistry

from pcf_generator import pipeline
from pcf_generator.accounts import Accounts
from pcf_generator.adapters.audit_client import AuditDelivery
from pcf_generator.adapters.brain_client import BrainClient
from pcf_generator.adapters.folder_artifacts import FolderArtifacts
from pcf_generator.adapters.sqlite.build_store import SqliteBuildStore
from pcf_generator.adapters.sqlite.database import Database
from pcf_generator.adapters.sqlite.spending import SqlitePurse
from pcf_generator.admission import Admission
from pcf_generator.artifact_store import ArtifactStore
from pcf_generator.build_store import BuildStore
from pcf_generator.callers import CALLERS
from pcf_generator.checks.inspector import Inspector
from pcf_generator.compiler.compile import NativeCompiler
from pcf_generator.compiler.observed import ObservedCompiler
from pcf_generator.compiler.toolchain import NoToolchain, Toolchain, find_toolchain
from pcf_generator.compiler.workspace import clear_leftovers
from pcf_generator.desk import Desk
from pcf_generator.execution import BuildLimits, Execution
from pcf_generator.language_models import open_readers
from pcf_generator.manifest.types import manifest_types
from pcf_generator.metrics import PipelineMetrics
from pcf_generator.models.money import Caps, Purse
from pcf_generator.pace import Pace
from pcf_generator.packing.archive import pack
from pcf_generator.packing.importable import pack_importable
from pcf_generator.packing.project import render_project
from pcf_generator.packing.report import report
from pcf_generator.ports import Compiler, ResultIndex
from pcf_generator.runner import Runner, RunnerLimits
from pcf_generator.servicer import GeneratorServicer
from pcf_generator.settings import GeneratorSettings
from pcf_generator.shared_results import NoIndex
from pcf_generator.tenants import Tenants, Usual
from pcf_generator.tolerance import Tolerated
from pcf_generator.version import VERSION

log = logging.getLogger(__name__)

SERVICE = "pcf.generator.v1.GeneratorService"
DOMAIN = "generator.pcf"


@dataclass(frozen=True, slots=True)
class Running:
    """Where a started generator answers."""

    port: int
    metrics_port: int


def _now() -> datetime:
    return datetime.now(UTC)


@asynccontextmanager
async def running(settings: GeneratorSettings) -> AsyncIterator[Running]:
    """Start everything; on exit drain first, then stop the work, then close what it used."""
    registry = CollectorRegistry()
    metrics = PipelineMetrics(registry)
    build_info(registry, service="generator", version=VERSION)
    async with AsyncExitStack() as stack:
        tracing = open_tracing(settings, registry, service="generator", version=VERSION)
        traces = await stack.enter_async_context(tracing)
        tenants = Tenants(_usual(settings), settings.tenants)
        await stack.enter_async_context(watching_loop(registry))
        store, purse = await _stores(settings, stack, registry, caps=tenants)
        store = _sealed(settings, store)
        artifacts, artifacts_probe = await _artifacts(settings, stack, metrics)
        index = _index(settings, stack, metrics)
        tls = settings.tls_files()
        if tls:
            tls.tell(registry, service="generator")
        brain_channel = _channel("brain", settings.brain_target, settings, tls)
        stack.push_async_callback(brain_channel.close)
        audit_channel = _channel("audit", settings.audit_target, settings, tls)
        stack.push_async_callback(audit_channel.close)
        brain = BrainClient(brain_channel)

        owner = f"{socket.gethostname()}/{os.getpid()}/{new_ulid()}"
        delivery = AuditDelivery(store, audit_channel, owner=owner, observer=metrics, traces=traces)
        await delivery.start()
        stack.push_async_callback(delivery.stop)

        readers = await open_readers(settings, stack, store=store, index=index, purse=purse, registry=registry)
        kit = pipeline.Kit(
            readers.model,
            render_project,
            Inspector(),
            pack,
            report,
            artifacts,
            pack_importable,
            await _compiler(settings, metrics),
        )
        limits = BuildLimits(stage_s=settings.stage_limit_s, build_s=settings.build_limit_s)
        execution = Execution(
            store,
            brain,
            kit,
            limits=limits,
            clock=_now,
            observer=metrics,
            index=index,
            model_for=readers.model_for,
        )
        runner_limits = RunnerLimits(concurrency=settings.concurrency, lease_s=settings.lease_s)
        pace = Pace(clock=time.monotonic)
        runner = Runner(
            store,
            execution,
            owner=owner,
            limits=runner_limits,
            shares=tenants.shares,
            pace=pace,
            traces=traces,
            observer=metrics,
        )
        await runner.start()
        stack.push_async_callback(runner.stop)

        async def runs() -> None:
            runner.check()
            metrics.queue_depth.set(await store.queue_depth())
            metrics.tenants_waiting.set(await store.tenants_waiting())
            metrics.queue_age.set(await store.queue_age_s())
            metrics.outbox_depth.set(await store.outbox_depth())
            metrics.outbox_age.set(await store.outbox_age_s())

        # Not the brain: without it builds wait, and everything else still answers.
        checks = [Check("store", store.ping), Check("artifacts", artifacts_probe), Check("runner", runs)]
        desk = Desk(
            store,
            artifacts,
            clock=_now,
            new_id=new_ulid,
            admission=Admission(settings.queue_limit, tenants.most_queued, pace, metrics),
        )
        readiness = Readiness(checks)
        server = build_server(
            [rpc(desk, Accounts(purse, clock=_now), draining=readiness.draining)],
            options=_options(settings, tls),
            metrics=RpcMetrics(registry, service="generator"),
            readiness=readiness,
            traces=traces,
        )
        metrics_port = await stack.enter_async_context(
            serve_metrics(registry, host=settings.host, port=settings.metrics_port, readiness=readiness)
        )
        stack.push_async_callback(server.drain)
        await server.start()
        yield Running(server.port, metrics_port)


def _usual(settings: GeneratorSettings) -> Usual:
    return Usual(settings.tenant_day_micros, settings.usual_queued, settings.tenant_running)


async def _stores(
    settings: GeneratorSettings, stack: AsyncExitStack, registry: CollectorRegistry, *, caps: Caps
) -> tuple[BuildStore, Purse]:
    """Where builds and money are kept: a database that instances share, or a file of this one."""
    if settings.database_url.get_secret_value():
        from pcf_generator.adapters.postgres import opening  # noqa: PLC0415 - asyncpg is slow to load
        from pcf_generator.adapters.postgres.spending import PostgresPurse  # noqa: PLC0415 - likewise

        url = settings.source("database_url")
        shared = await stack.enter_async_context(
            opening.open_database(url, size=settings.database_pool, registry=registry)
        )
        builds = await stack.enter_async_context(opening.build_store_on(shared, url, new_id=new_ulid))
        return builds, PostgresPurse(shared, caps=caps, new_id=new_ulid)
    database = await Database.open(settings.database)
    stack.push_async_callback(database.close)
    builds_here = SqliteBuildStore(database, clock=_now, new_id=new_ulid)
    return builds_here, SqlitePurse(database, caps=caps, clock=_now, new_id=new_ulid)


def _sealed(settings: GeneratorSettings, store: BuildStore) -> BuildStore:
    """The same builds, with makers' words sealed if there is a key."""
    if not (key := settings.data_key.get_secret_value()):
        return store
    from pcf_runtime.sealed_text import TextSealer  # noqa: PLC0415 - cryptography is slow to load

    from pcf_generator.adapters.sealed_builds import SealedBuilds  # noqa: PLC0415 - likewise

    return SealedBuilds(store, TextSealer.parse(key, *settings.data_key_old.get_secret_value().split()))


async def _artifacts(
    settings: GeneratorSettings, stack: AsyncExitStack, metrics: PipelineMetrics
) -> tuple[ArtifactStore, Callable[[], Awaitable[None]]]:
    """The store of the artifacts, and what readiness asks about it."""
    if not settings.artifacts_url:
        folder = FolderArtifacts(settings.artifacts)
        return folder, folder.ping
    from pcf_runtime.s3 import Bucket, BucketUrl  # noqa: PLC0415 - boto3 is slow to load, and a folder needs none

    from pcf_generator.adapters.s3_artifacts import Keeping, S3Artifacts  # noqa: PLC0415 - likewise

    keeping = Keeping(days=settings.artifacts_days, link_s=settings.presign_s)
    bucket = Bucket(BucketUrl.parse(settings.artifacts_url), read_timeout_s=keeping.call_s / 2)
    stack.callback(bucket.close)
    artifacts = S3Artifacts(bucket, keeping=keeping, clock=_now)
    await artifacts.start()
    return artifacts, Tolerated(artifacts.ping, who="the artifact store", up=metrics.artifacts_up)


async def _compiler(settings: GeneratorSettings, metrics: PipelineMetrics) -> Compiler | None:
    """What compiles here, if anything does."""
    found = await asyncio.to_thread(find_toolchain, settings.compilers)
    metrics.compiler_installed.set(isinstance(found, Toolchain))
    if isinstance(found, NoToolchain):
        log.warning("no compiler: builds end with the source", extra={"pcf.reason": found.reason})
        return None
    await asyncio.to_thread(clear_leftovers, settings.compile_folder)
    compiler = NativeCompiler(found, manifest_types=manifest_types, folder=settings.compile_folder)
    return ObservedCompiler(compiler, metrics)


def _index(settings: GeneratorSettings, stack: AsyncExitStack, metrics: PipelineMetrics) -> ResultIndex:
    """Where shared results are close at hand."""
    if not settings.redis_url.get_secret_value():
        return NoIndex()
    from pcf_runtime.redis_cache import RedisCache  # noqa: PLC0415 - redis is slow to load, and is optional

    from pcf_generator.adapters.redis_results import RedisResults  # noqa: PLC0415 - likewise

    url, secret = settings.redis_url.get_secret_value(), settings.cache_key.get_secret_value()
    source = settings.source("redis_url")
    cache = RedisCache.connect(url, namespace="pcf:generator:", observe=metrics.looked_up, secret=source)
    stack.push_async_callback(cache.aclose)
    unsealable = partial(metrics.looked_up, "unsealable")
    return RedisResults(cache, secret=secret, ttl_s=settings.cache_ttl_s, unsealable=unsealable)


def rpc(desk: Desk, accounts: Accounts, *, draining: asyncio.Event) -> Rpc:
    """The service's methods at this desk, ready to be served; watches end once `draining` is set."""
    servicer = GeneratorServicer(desk, accounts, draining=draining)
    add = generator_pb2_grpc.add_GeneratorServiceServicer_to_server
    return Rpc(SERVICE, lambda server: add(servicer, server), CALLERS)


def _channel(service: str, target: str, settings: GeneratorSettings, tls: TlsFiles | None) -> grpc.aio.Channel:
    callee = settings.callee(service, tls)
    return open_channel(target, service_config=service_config(f"pcf.{service}.v1"), tls=callee)


def _options(settings: GeneratorSettings, tls: TlsFiles | None) -> ServerOptions:
    return ServerOptions(
        host=settings.host,
        port=settings.port,
        domain=DOMAIN,
        reflection=settings.reflection,
        drain_grace_s=settings.drain_grace_s,
        readiness_wait_s=settings.readiness_wait_s,
        tls=tls,
    )
