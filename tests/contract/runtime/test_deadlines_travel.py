"""A deadline goes with the request, hop by hop, and says at which hop it ran out."""

import asyncio
from typing import Any

import pytest
from pcf_runtime.deadlines import RETURN_OVERHEAD_S, bind_time_left, time_left
from pcf_runtime.errors import DeadlineExceeded
from pcf_runtime.testing import expect_error


async def tell(_text: str, _context: Any):
    return str(time_left())


@pytest.mark.parametrize("shape", ["unary_unary", "unary_stream"])
async def test_the_second_hop_sees_less_than_the_first(shapes: Any, shape: str):
    async with shapes(tell) as second:

        async def relay(text: str, _context: Any) -> str:
            return f"{time_left()} {await getattr(second.stub, shape)(text)}"

        async with shapes(relay) as first:
            answer = await first.stub.unary_unary("a", timeout=5)
    left_first, left_second = (float(text) for text in answer.split())
    # Half, for gRPC rounds the timeout up to some milliseconds on its way.
    assert 4 < left_second < left_first - RETURN_OVERHEAD_S / 2 < 5


async def test_a_hop_that_runs_out_is_named_before_the_caller_gives_up(shapes: Any):
    async def forever(_text: str, _context: Any) -> str:
        await asyncio.Event().wait()

    async with shapes(forever) as second:

        async def relay(text: str, _context: Any) -> str:
            try:
                return await second.stub.unary_unary(text)
            except DeadlineExceeded as error:
                raise DeadlineExceeded("SECOND_HOP_SLOW", "second hop") from error

        async with shapes(relay) as first:
            with expect_error(DeadlineExceeded, reason="SECOND_HOP_SLOW"):
                await first.stub.unary_unary("a", timeout=0.5)


@pytest.mark.parametrize("shape", ["unary_unary", "unary_stream"])
async def test_a_call_without_timeout_gets_the_channels(shapes: Any, shape: str):
    async with shapes(tell, timeout_s=3) as running:
        assert 2 < float(await getattr(running.stub, shape)("a")) < 3.1


async def test_nothing_is_sent_when_no_time_is_left(shapes: Any):
    rpc = "shapes.v1.Shapes/UnaryUnary"
    async with shapes(tell) as running:
        with bind_time_left(0.01), expect_error(DeadlineExceeded, reason="NO_TIME_LEFT"):
            await running.stub.unary_unary("a")
        assert running.value("pcf_rpc_started_total", rpc=rpc) == 0.0
        assert running.value("pcf_rpc_client_finished_total", rpc=rpc, code="DEADLINE_EXCEEDED") == 1.0


async def test_a_deadline_that_passes_ends_the_handler_and_is_counted_as_such(shapes: Any):
    ended = asyncio.Event()

    async def forever(_text: str, _context: Any) -> str:
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()

    async with shapes(forever) as running:
        with expect_error(DeadlineExceeded):
            await running.stub.unary_unary("a", timeout=0.3)
        await asyncio.wait_for(ended.wait(), 5)
        await running.server.drain()
        rpc = "shapes.v1.Shapes/UnaryUnary"
        assert running.value("pcf_rpc_finished_total", rpc=rpc, code="DEADLINE_EXCEEDED") == 1.0
