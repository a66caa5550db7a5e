"""Metrics and the port they are read from."""

import asyncio
import socket

import grpc
import pytest
from pcf_runtime.addresses import AddressUnavailableError
from pcf_runtime.metrics import RpcMetrics, _touch, build_info, serve_metrics
from prometheus_client import CollectorRegistry

RPC = "pcf.audit.v1.AuditService/GetEvent"


def fresh():
    registry = CollectorRegistry()
    return registry, RpcMetrics(registry, service="audit", rpcs=[RPC])


def value(registry: CollectorRegistry, name: str, **labels: str):
    return registry.get_sample_value(name, {"service": "audit", "rpc": RPC, **labels})


@pytest.mark.parametrize("code", list(grpc.StatusCode))
def test_each_method_and_code_stands_at_zero_from_the_start(code: grpc.StatusCode):
    registry, _ = fresh()
    assert value(registry, "pcf_rpc_finished_total", code=code.name) == 0.0


def test_a_call_is_in_flight_until_it_is_finished():
    registry, metrics = fresh()
    metrics.started(RPC)
    assert value(registry, "pcf_rpc_in_flight") == 1.0
    metrics.finished(RPC, code=grpc.StatusCode.OK, seconds=0.2)
    assert value(registry, "pcf_rpc_in_flight") == 0.0
    assert value(registry, "pcf_rpc_finished_total", code="OK") == 1.0
    assert value(registry, "pcf_rpc_duration_seconds_sum") == 0.2


def test_services_in_one_process_do_not_meet():
    fresh()
    fresh()


def test_the_build_is_told():
    registry = CollectorRegistry()
    build_info(registry, service="audit", version="1.2.3")
    labels = {"service": "audit", "version": "1.2.3"}
    assert registry.get_sample_value("pcf_build_info", labels) == 1.0


async def read(port: int):
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(b"GET /metrics HTTP/1.0\r\n\r\n")
    text = await reader.read()
    writer.close()
    await writer.wait_closed()
    return text.decode()


async def test_metrics_are_read_on_their_own_port_while_it_is_open():
    registry, _ = fresh()
    async with serve_metrics(registry, host="127.0.0.1", port=0) as port:
        assert f'pcf_rpc_started_total{{rpc="{RPC}",service="audit"}} 0.0' in await read(port)
    with pytest.raises(ConnectionRefusedError):
        await read(port)


async def test_a_port_in_use_is_said_clearly():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(AddressUnavailableError, match=f"metrics server cannot listen on 127.0.0.1:{port}"):
            async with serve_metrics(CollectorRegistry(), host="127.0.0.1", port=port):
                pass


async def test_a_server_that_accepts_nobody_any_more_is_not_waited_for():
    """Its queue takes six; whoever came after them would wait for two minutes, and the end of a service with it."""
    with socket.create_server(("127.0.0.1", 0), backlog=5) as ended:
        async with asyncio.timeout(20):
            for _ in range(8):
                await _touch("127.0.0.1", ended.getsockname()[1])
