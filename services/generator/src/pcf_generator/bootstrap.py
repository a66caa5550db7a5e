"""Puts the generator together: the only place that knows settings and adapters."""

import os
import socket
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

from pcf.generator.v1 import generator_pb2_grpc
from pcf_runtime.client import open_channel, service_config
from pcf_runtime.health import Check, Readiness
from pcf_runtime.ids import new_ulid
from pcf_runtime.metrics import RpcMetrics, build_info, serve_metrics
from pcf_runtime.server import Rpc, ServerOptions, build_server
from prometheus_client import CollectorRegistry

from pcf_generator import pipeline
from pcf_generator.adapters.audit_client import AuditDelivery
from pcf_generator.adapters.brain_client import BrainClient
from pcf_generator.adapters.folder_artifacts import FolderArtifacts
from pcf_generator.adapters.sqlite.build_store import SqliteBuildStore
from pcf_generator.adapters.sqlite.database import Database
from pcf_generator.checks.inspector import Inspector
from pcf_generator.desk import Desk
from pcf_generator.execution import BuildLimits, Execution
from pcf_generator.metrics import PipelineMetrics
from pcf_generator.models.offline.engine import OfflineEngine
from pcf_generator.packing.archive import pack
from pcf_generator.packing.project import render_project
from pcf_generator.packing.report import report
from pcf_generator.runner import Runner, RunnerLimits
from pcf_generator.servicer import GeneratorServicer
from pcf_generator.settings import GeneratorSettings
from pcf_generator.version import VERSION

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
        database = await Database.open(settings.database)
        stack.push_async_callback(database.close)
        store = SqliteBuildStore(database, clock=_now, new_id=new_ulid)
        artifacts = FolderArtifacts(settings.artifacts)
        brain_channel = open_channel(settings.brain_target, service_config=service_config("pcf.brain.v1"))
        stack.push_async_callback(brain_channel.close)
        audit_channel = open_channel(settings.audit_target, service_config=service_config("pcf.audit.v1"))
        stack.push_async_callback(audit_channel.close)
        brain = BrainClient(brain_channel)

        delivery = AuditDelivery(store, audit_channel, observer=metrics)
        await delivery.start()
        stack.push_async_callback(delivery.stop)

        kit = pipeline.Kit(OfflineEngine(), render_project, Inspector(), pack, report, artifacts)
        limits = BuildLimits(stage_s=settings.stage_limit_s, build_s=settings.build_limit_s)
        execution = Execution(store, brain, kit, limits=limits, clock=_now, observer=metrics)
        runner_limits = RunnerLimits(concurrency=settings.concurrency, lease_s=settings.lease_s)
        owner = f"{socket.gethostname()}/{os.getpid()}/{new_ulid()}"
        runner = Runner(store, execution, owner=owner, limits=runner_limits)
        await runner.start()
        stack.push_async_callback(runner.stop)

        async def runs() -> None:
            runner.check()
            metrics.queue_depth.set(await store.queue_depth())
            metrics.outbox_depth.set(await store.outbox_depth())

        # Not the brain: without it builds wait, and everything else still answers.
        checks = [Check("store", store.ping), Check("artifacts", artifacts.ping), Check("runner", runs)]
        desk = Desk(store, artifacts, clock=_now, new_id=new_ulid, queue_limit=settings.queue_limit)
        server = build_server(
            [rpc(desk)],
            options=_options(settings),
            metrics=RpcMetrics(registry, service="generator"),
            readiness=Readiness(checks),
        )
        metrics_port = await stack.enter_async_context(
            serve_metrics(registry, host=settings.host, port=settings.metrics_port)
        )
        stack.push_async_callback(server.drain)
        await server.start()
        yield Running(server.port, metrics_port)


def rpc(desk: Desk) -> Rpc:
    """The service's methods at this desk, ready to be served."""
    servicer = GeneratorServicer(desk)
    return Rpc(SERVICE, lambda server: generator_pb2_grpc.add_GeneratorServiceServicer_to_server(servicer, server))


def _options(settings: GeneratorSettings) -> ServerOptions:
    return ServerOptions(
        host=settings.host,
        port=settings.port,
        domain=DOMAIN,
        reflection=settings.reflection,
        drain_grace_s=settings.drain_grace_s,
        readiness_wait_s=settings.readiness_wait_s,
    )
