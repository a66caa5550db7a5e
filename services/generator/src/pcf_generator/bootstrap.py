"""Puts the generator together: the only place that knows settings and adapters."""

import asyncio
import os
import socket
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

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
from pcf_generator.admission import Admission
from pcf_generator.callers import CALLERS
from pcf_generator.checks.inspector import Inspector
from pcf_generator.desk import Desk
from pcf_generator.execution import BuildLimits, Execution
from pcf_generator.language_models import open_readers
from pcf_generator.metrics import PipelineMetrics
from pcf_generator.opening import find_compiler, open_artifacts, open_index, open_stores, sealed, utc_now
from pcf_generator.pace import Pace
from pcf_generator.packing.archive import pack
from pcf_generator.packing.importable import pack_importable
from pcf_generator.packing.project import render_project
from pcf_generator.packing.report import report
from pcf_generator.runner import Runner, RunnerLimits
from pcf_generator.servicer import GeneratorServicer
from pcf_generator.settings import GeneratorSettings
from pcf_generator.tenants import Tenants, Usual
from pcf_generator.version import VERSION

SERVICE = "pcf.generator.v1.GeneratorService"
DOMAIN = "generator.pcf"


@dataclass(frozen=True, slots=True)
class Running:
    """Where a started generator answers."""

    port: int
    metrics_port: int


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
        store, purse = await open_stores(settings, stack, registry, caps=tenants)
        store = sealed(settings, store)
        artifacts, artifacts_probe = await open_artifacts(settings, stack, metrics)
        index = open_index(settings, stack, metrics)
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
            await find_compiler(settings, metrics),
        )
        limits = BuildLimits(stage_s=settings.stage_limit_s, build_s=settings.build_limit_s)
        execution = Execution(
            store,
            brain,
            kit,
            limits=limits,
            clock=utc_now,
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
            clock=utc_now,
            new_id=new_ulid,
            admission=Admission(settings.queue_limit, tenants.most_queued, pace, metrics),
        )
        readiness = Readiness(checks)
        server = build_server(
            [rpc(desk, Accounts(purse, clock=utc_now), draining=readiness.draining)],
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
