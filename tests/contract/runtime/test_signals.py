"""A process of its own: a signal in the middle of a call, a second signal, a signal while starting."""

import asyncio
import json
import signal
import sys
from asyncio.subprocess import Process
from contextlib import asynccontextmanager

import pytest
from pcf.audit.v1 import audit_pb2, audit_pb2_grpc
from pcf_runtime.client import open_channel

SERVER = """
import asyncio
from contextlib import asynccontextmanager
from functools import partial

from pcf.audit.v1 import audit_pb2, audit_pb2_grpc
from prometheus_client import CollectorRegistry

from pcf_runtime import lifecycle
from pcf_runtime.health import Readiness
from pcf_runtime.metrics import RpcMetrics
from pcf_runtime.server import Rpc, ServerOptions, build_server
from pcf_runtime.settings import ServiceSettings


class Audit(audit_pb2_grpc.AuditServiceServicer):
    async def GetEvent(self, request, context):
        print("called", flush=True)
        await asyncio.sleep(0.7)
        return audit_pb2.Event(name=request.name)

    async def VerifyLog(self, request, context):
        print("called", flush=True)
        await asyncio.Event().wait()


@asynccontextmanager
async def app(settings):
    if settings.host == "never":
        print("starting", flush=True)
        await asyncio.Event().wait()
    register = partial(audit_pb2_grpc.add_AuditServiceServicer_to_server, Audit())
    server = build_server(
        [Rpc("pcf.audit.v1.AuditService", register)],
        options=ServerOptions(port=settings.port, drain_grace_s=settings.drain_grace_s),
        metrics=RpcMetrics(CollectorRegistry(), service="test"),
        readiness=Readiness(),
    )
    await server.start()
    print(server.port, flush=True)
    try:
        yield
    finally:
        await server.drain()
        print("closed", flush=True)


lifecycle.main(service="test", settings=ServiceSettings, app=app)
"""
EVENT = "events/" + "0" * 26


@asynccontextmanager
async def process(**environment: str):
    child = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", SERVER),
        env=environment,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        async with asyncio.timeout(30):
            yield child
    finally:
        if child.returncode is None:
            child.kill()
        await child.communicate()


async def line(child: Process):
    return (await child.stdout.readline()).decode().strip()


@asynccontextmanager
async def stub_for(port: int):
    async with open_channel(f"127.0.0.1:{port}", service_config="{}") as channel:
        yield audit_pb2_grpc.AuditServiceStub(channel)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_a_call_in_flight_is_answered_before_the_process_ends_well(number: signal.Signals):
    async with process() as child, stub_for(await line(child)) as stub:
        call = asyncio.ensure_future(stub.GetEvent(audit_pb2.GetEventRequest(name=EVENT)))
        assert await line(child) == "called"
        child.send_signal(number)
        assert (await call).name == EVENT
        assert await line(child) == "closed"
        assert await child.wait() == 0


async def test_a_second_signal_ends_the_process_at_once():
    async with process(PCF_DRAIN_GRACE_S="60") as child, stub_for(await line(child)) as stub:
        call = asyncio.ensure_future(stub.VerifyLog(audit_pb2.VerifyLogRequest()))
        assert await line(child) == "called"
        child.terminate()
        await logged(child, "stop asked")
        child.terminate()
        assert await child.wait() == 128 + signal.SIGTERM
        call.cancel()


async def test_a_signal_while_starting_ends_the_start():
    async with process(PCF_HOST="never") as child:
        assert await line(child) == "starting"
        child.terminate()
        assert await child.wait() == 0


async def test_a_port_in_use_is_one_clear_log_line_and_exit_1():
    async with process() as first:
        port = await line(first)
        async with process(PCF_PORT=port) as second:
            output, errors = await second.communicate()
    (record,) = [json.loads(text) for text in errors.decode().splitlines() if text.startswith("{")]
    assert second.returncode == 1
    assert output == b""
    assert f"127.0.0.1:{port}" in record["message"]
    assert record["log.level"] == "critical"


async def logged(child: Process, message: str):
    while True:
        text = (await child.stderr.readline()).decode()
        assert text, f"ended without logging {message!r}"
        if message in text:
            return
