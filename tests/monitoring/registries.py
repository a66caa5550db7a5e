"""What the services' registries really hold: every series' name with its labels' values."""

import asyncio
from collections import defaultdict

import grpc
from pcf_audit.export.metrics import ExportMetrics
from pcf_audit.metrics import AuditMetrics
from pcf_brain.adapters.folder_store import FolderStore
from pcf_brain.library import Library
from pcf_brain.metrics import BrainMetrics
from pcf_brain.regions import Regions
from pcf_gateway.auth.key_delivery import delivering
from pcf_gateway.http_metrics import HttpMetrics
from pcf_gateway.limits.opening import open_gate
from pcf_gateway.settings import GatewaySettings
from pcf_generator.metrics import ModelMetrics, PipelineMetrics
from pcf_runtime.event_loop import lag_histogram
from pcf_runtime.metrics import RpcMetrics, build_info
from pcf_runtime.postgres.pool_metrics import tell_connections
from pcf_runtime.testing import FakeClock
from pcf_runtime.tls.files import TlsFiles
from pcf_runtime.tls.identity import Identity
from pcf_runtime.tracing.span_counter import span_counter
from prometheus_client import CollectorRegistry
from prometheus_client.openmetrics.exposition import generate_latest
from prometheus_client.openmetrics.parser import text_string_to_metric_families

from tests.servers.service_certificates import Authority

__all__ = ["Known", "known"]

Known = dict[str, dict[str, set[str]]]


def known(folder) -> Known:
    """The series that Prometheus would read."""
    found: Known = defaultdict(lambda: defaultdict(set))
    text = generate_latest(_registry(folder)).decode()
    for family in text_string_to_metric_families(text):
        for sample in family.samples:
            labels = found[sample.name]
            for label, value in sample.labels.items():
                labels[label].add(value)
    return found


class _Pool:
    """A pool of connections that are all idle."""

    def get_size(self) -> int:
        return 1

    get_idle_size = get_max_size = get_size


class _Trail:
    """Nobody changes keys."""

    def __init__(self) -> None:
        self.changed = asyncio.Event()

    async def depth(self) -> int:
        return 0

    async def undelivered(self, *, limit: int) -> list:
        return []


async def _open_gateway(registry: CollectorRegistry) -> None:
    """Its limits and its outbox make their series as they open."""

    async def append(events) -> None:
        raise AssertionError(f"nobody made {events}")

    async with open_gate(GatewaySettings(), registry), delivering(_Trail(), append, registry=registry):
        pass


def _registry(folder) -> CollectorRegistry:
    registry = CollectorRegistry()
    rpcs = RpcMetrics(registry, service="gateway", rpcs=["pcf.x.v1.X/Get"])
    rpcs.called("pcf.x.v1.X/Get", code=grpc.StatusCode.UNAVAILABLE, seconds=1)
    build_info(registry, service="gateway", version="1.0.0")
    span_counter(registry)
    lag_histogram(registry)
    tell_connections(_Pool(), registry)
    HttpMetrics(registry).expect("/v1/builds", ["GET"], [200, 503])
    asyncio.run(_open_gateway(registry))
    told = Authority().write(folder.parent / "tls", "gateway")
    identity = Identity("pcf-builder", "gateway")
    TlsFiles(told.certificate, told.key, told.authority, identity=identity).tell(registry, service="gateway")
    PipelineMetrics(registry)
    ModelMetrics(registry, [("openai", "gpt-5")])
    AuditMetrics(registry)
    ExportMetrics(registry)
    brain = BrainMetrics(registry)
    brain.follow(Library(FolderStore(folder), now=FakeClock().now, kept=1), now=FakeClock().now)
    brain.follow_regions(Regions([FolderStore(folder)]))
    return registry
