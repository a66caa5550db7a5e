"""Traces to https:// go to a collector that proves who it is, and to no other."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import grpc
import pytest
from opentelemetry.proto.collector.trace.v1 import trace_service_pb2_grpc as rpc

from tests.servers.certificates import write_certificate
from tests.servers.otlp_receiver import Receiver

# A process of its own, as the authorities are read from its environment.
RECORD = """
import asyncio, sys
from pcf_runtime.settings import ServiceSettings
from pcf_runtime.tracing.opening import open_tracing
from prometheus_client import CollectorRegistry

async def record():
    registry = CollectorRegistry()
    settings = ServiceSettings(otlp_endpoint=sys.argv[1], trace_sample=1.0)
    tracing = open_tracing(settings, registry, service="test", version="1", flush_s=float(sys.argv[2]))
    async with tracing as traces:
        with traces.request("work", "server", {}):
            pass
    print(registry.get_sample_value("pcf_trace_spans_total", {"outcome": "exported"}))

asyncio.run(record())
"""


@dataclass(frozen=True)
class Collector:
    receiver: Receiver
    certificate: Path

    async def sent_to(self, *, flush_s: float, **environment: str) -> str:
        """How many spans a service believes to have sent."""
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-c",
            RECORD,
            self.receiver.endpoint,
            str(flush_s),
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            env={**os.environ, **environment},
        )
        out, _ = await process.communicate()
        return out.decode().strip()


@pytest.fixture
async def collector(tmp_path: Path) -> AsyncIterator[Collector]:
    files = write_certificate(tmp_path)
    credentials = grpc.ssl_server_credentials([(files.key.read_bytes(), files.certificate.read_bytes())])
    receiver, server = Receiver(), grpc.aio.server()
    rpc.add_TraceServiceServicer_to_server(receiver, server)
    receiver.endpoint = f"https://127.0.0.1:{server.add_secure_port('127.0.0.1:0', credentials)}"
    await server.start()
    yield Collector(receiver, files.certificate)
    await server.stop(0)


async def test_a_collector_whose_authority_is_trusted_gets_them(collector: Collector):
    sent = await collector.sent_to(flush_s=20, OTEL_EXPORTER_OTLP_CERTIFICATE=str(collector.certificate))
    assert ("1.0", ["work"]) == (sent, [each.span.name for each in collector.receiver.spans])


async def test_one_that_nobody_vouches_for_gets_nothing(collector: Collector):
    assert ("0.0", []) == (await collector.sent_to(flush_s=0.5), collector.receiver.spans)
