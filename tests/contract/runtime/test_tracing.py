"""Tracing that is off loads nothing; a collector that is away costs spans and one line, never time."""

import asyncio
import logging
import subprocess
import sys

import pytest
from pcf_runtime.settings import ServiceSettings
from pcf_runtime.tracing.opening import open_tracing
from prometheus_client import CollectorRegistry

from tests.servers.otlp_receiver import receiving
from tests.servers.ports import free_port

LOADED = """
import sys
import pcf_audit.bootstrap, pcf_brain.bootstrap, pcf_gateway.bootstrap, pcf_generator.bootstrap
print([name for name in sys.modules if name.startswith(("opentelemetry.sdk", "opentelemetry.exporter"))])
"""
FLUSH_S = 0.2
HANGS_S = 20


def count(registry: CollectorRegistry, outcome: str) -> float | None:
    return registry.get_sample_value("pcf_trace_spans_total", {"outcome": outcome})


def test_services_load_no_sdk_until_they_export():
    loaded = subprocess.run([sys.executable, "-c", LOADED], capture_output=True, text=True, check=True)
    assert "[]\n" == loaded.stdout


async def test_what_is_recorded_arrives_by_the_time_it_is_closed():
    registry = CollectorRegistry()
    async with receiving() as receiver:
        settings = ServiceSettings(otlp_endpoint=receiver.endpoint, trace_sample=1.0)
        async with open_tracing(settings, registry, service="test", version="1") as traces:
            with traces.request("work", "server", {}):
                pass
        assert ["work"] == [each.span.name for each in receiver.spans]
    assert (1, 0, 0) == tuple(count(registry, outcome) for outcome in ("exported", "dropped", "failed"))


async def test_a_collector_that_is_away_holds_up_nobody_and_is_told_once(caplog: pytest.LogCaptureFixture):
    caplog.set_level(logging.INFO)
    registry = CollectorRegistry()
    settings = ServiceSettings(otlp_endpoint=f"http://127.0.0.1:{free_port()}", trace_sample=1.0)
    async with asyncio.timeout(HANGS_S):
        async with open_tracing(settings, registry, service="test", version="1", flush_s=FLUSH_S) as traces:
            for _ in range(6_000):
                with traces.request("work", "server", {}):
                    pass
    assert (count(registry, "dropped") or 0) >= 1
    assert 0 == count(registry, "exported")
    lines = [record.message for record in caplog.records]
    assert lines.count("traces are not taken by the collector") <= 1
    assert len(lines) <= 3, lines
