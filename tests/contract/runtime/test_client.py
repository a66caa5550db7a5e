"""A channel on its own: lazy, retrying, and typed also where no server of ours answered."""

import asyncio
import socket
from typing import Any

import grpc
import pytest
from google.protobuf.wrappers_pb2 import StringValue
from pcf_runtime.client import open_channel, service_config
from pcf_runtime.errors import Unavailable, Unimplemented
from pcf_runtime.request_context import RequestContext, bind
from pcf_runtime.testing import expect_error


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


async def echo(text: str, _context: Any):
    return text


@pytest.mark.parametrize("shape", ["unary_unary", "unary_stream"])
async def test_nobody_there_is_unavailable(stub_of: Any, shape: str):
    async with open_channel(f"127.0.0.1:{free_port()}", service_config="{}") as channel:
        with expect_error(Unavailable, reason="UNAVAILABLE", domain=""):
            await getattr(stub_of(channel), shape)("a")


async def test_a_channel_opened_before_the_server_is_up_finds_it(shapes: Any, stub_of: Any):
    port = free_port()
    async with open_channel(f"127.0.0.1:{port}", service_config="{}") as channel:
        stub = stub_of(channel)
        with expect_error(Unavailable):
            await stub.unary_unary("too early")
        async with shapes(echo, port=port):
            assert await stub.unary_unary("a", wait_for_ready=True, timeout=8) == "a"


async def test_unavailable_is_retried_as_the_service_config_says(shapes: Any):
    tries = 0

    async def third_time(text: str, _context: Any) -> str:
        nonlocal tries
        tries += 1
        if tries < 3:
            raise Unavailable("NOT_YET", "not yet")
        return text

    async with shapes(third_time) as running:
        assert await running.stub.unary_unary("a") == "a"
    assert tries == 3


async def test_a_cancelled_caller_cancels_the_call(shapes: Any):
    entered, ended = asyncio.Event(), asyncio.Event()

    async def forever(_text: str, _context: Any) -> str:
        entered.set()
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()

    async with shapes(forever) as running:
        call = asyncio.create_task(running.stub.unary_unary("a"))
        await entered.wait()
        call.cancel()
        with pytest.raises(asyncio.CancelledError):
            await call
        await asyncio.wait_for(ended.wait(), 5)


async def test_metadata_of_the_call_wins_over_the_context(shapes: Any):
    async def tell(_text: str, context: Any) -> str:
        return ",".join(value for key, value in context.invocation_metadata() if key == "x-pcf-request-id")

    async with shapes(tell) as running:
        with bind(RequestContext("outer")):
            assert await running.stub.unary_unary("a", metadata=(("x-pcf-request-id", "own"),)) == "own"


async def test_a_method_the_server_does_not_know_is_unimplemented(shapes: Any):
    async with shapes(echo) as running:
        method = running.channel.unary_unary(
            "/shapes.v1.Shapes/Nothing", StringValue.SerializeToString, StringValue.FromString
        )
        with expect_error(Unimplemented):
            await method(StringValue(value="a"))


@pytest.mark.parametrize("package", ["pcf.audit.v1", "pcf.brain.v1", "pcf.generator.v1"])
async def test_the_service_config_of_a_contract_is_found_and_accepted(package: str):
    config = service_config(package)
    assert '"retryPolicy"' in config
    assert '"timeout"' not in config
    async with open_channel(f"127.0.0.1:{free_port()}", service_config=config) as channel:
        assert channel.get_state() == grpc.ChannelConnectivity.IDLE
