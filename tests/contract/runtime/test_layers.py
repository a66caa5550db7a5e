"""Every layer around every shape of call."""

import asyncio
import logging
from typing import Any

import grpc
import pytest
from grpc_health.v1 import health_pb2, health_pb2_grpc
from pcf_runtime import request_context, trace_context
from pcf_runtime.errors import DeadlineExceeded, Internal, NotFound, ResourceExhausted
from pcf_runtime.request_context import RequestContext
from pcf_runtime.testing import expect_error

SHAPES = ("unary_unary", "unary_stream", "stream_unary", "stream_stream")


async def shout(text: str, _context: Any):
    return text.upper()


@pytest.mark.parametrize("shape", SHAPES)
async def test_each_shape_is_answered(shapes: Any, shape: str):
    async with shapes(shout) as running:
        assert await getattr(running.stub, shape)("a b") == "A B"


@pytest.mark.parametrize("shape", SHAPES)
async def test_a_service_error_arrives_whole(shapes: Any, shape: str):
    async def refuse(_text: str, _context: Any) -> str:
        raise NotFound("NOBODY_HOME", "There is nobody.", metadata={"who": "Ann"}, retry_after_s=1.5)

    async with shapes(refuse) as running:
        with expect_error(NotFound, reason="NOBODY_HOME", domain="shapes.pcf") as seen:
            await getattr(running.stub, shape)("a")
    assert (seen.error.message, seen.error.metadata) == ("There is nobody.", {"who": "Ann"})
    assert seen.error.retry_after_s == 1.5


@pytest.mark.parametrize("shape", SHAPES)
async def test_an_unforeseen_error_is_logged_and_not_told(shapes: Any, shape: str, caplog: pytest.LogCaptureFixture):
    async def fail(_text: str, _context: Any) -> str:
        raise RuntimeError("password=hunter2")

    async with shapes(fail) as running:
        with expect_error(Internal, reason="INTERNAL") as seen:
            await getattr(running.stub, shape)("a")
    assert seen.error.message == "internal error"
    (line,) = [record for record in caplog.records if record.msg == "rpc failed unexpectedly"]
    assert "hunter2" in str(line.exc_info[1])


async def test_an_abort_of_the_handler_passes(shapes: Any):
    async def abort(_text: str, context: Any) -> str:
        await context.abort(grpc.StatusCode.NOT_FOUND, "gone")

    async with shapes(abort) as running:
        with expect_error(NotFound, reason="NOT_FOUND") as seen:
            await running.stub.unary_unary("a")
    assert seen.error.message == "gone"


@pytest.mark.parametrize("shape", SHAPES)
async def test_the_request_context_travels(shapes: Any, shape: str):
    async def tell(_text: str, _context: Any) -> str:
        context = request_context.current()
        return f"{context.request_id}/{context.actor}"

    async with shapes(tell) as running:
        with request_context.bind(RequestContext("r-1", "Zoë Müller <z@example.org>")):
            assert await getattr(running.stub, shape)("a") == "r-1/Zoë Müller <z@example.org>"


async def test_a_call_without_request_id_gets_one(shapes: Any):
    async def tell(_text: str, _context: Any) -> str:
        return request_context.current().request_id

    async with shapes(tell) as running:
        first, second = await running.stub.unary_unary("a"), await running.stub.unary_unary("a")
    assert len(first) == 36
    assert first != second


async def test_a_trace_is_passed_on(shapes: Any):
    async def tell(_text: str, _context: Any) -> str:
        return trace_context.current().get("traceparent", "none")

    parent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
    async with shapes(tell) as running:
        assert await running.stub.unary_unary("a") == "none"
        with trace_context.bind({"traceparent": parent}):
            assert await running.stub.unary_unary("a") == parent


async def test_calls_beyond_the_limit_are_refused_and_health_is_not(shapes: Any):
    entered, leave = asyncio.Event(), asyncio.Event()

    async def wait(text: str, _context: Any) -> str:
        entered.set()
        await leave.wait()
        return text

    async with shapes(wait, max_concurrent=1) as running:
        first = asyncio.create_task(running.stub.unary_unary("a"))
        await entered.wait()
        with expect_error(ResourceExhausted, reason="TOO_BUSY") as seen:
            await running.stub.unary_unary("b")
        health = health_pb2_grpc.HealthStub(running.channel)
        answer = await health.Check(health_pb2.HealthCheckRequest())
        leave.set()
        assert await first == "a"
        assert await running.stub.unary_unary("c") == "c"
    assert seen.error.retry_after_s == 1.0
    assert answer.status == health_pb2.HealthCheckResponse.SERVING


async def test_each_call_is_counted_and_nothing_stays_in_flight(shapes: Any):
    async def refuse(_text: str, _context: Any) -> str:
        raise NotFound("X", "x")

    rpc = "shapes.v1.Shapes/UnaryStream"
    async with shapes(refuse) as running:
        assert running.value("pcf_rpc_finished_total", rpc=rpc, code="NOT_FOUND") == 0.0
        with expect_error(NotFound):
            await running.stub.unary_stream("a")
        assert running.value("pcf_rpc_finished_total", rpc=rpc, code="NOT_FOUND") == 1.0
        assert running.value("pcf_rpc_started_total", rpc=rpc) == 1.0
        assert running.value("pcf_rpc_in_flight", rpc=rpc) == 0.0
        assert running.value("pcf_rpc_duration_seconds_count", rpc=rpc) == 1.0
        assert running.value("pcf_rpc_client_finished_total", rpc=rpc, code="NOT_FOUND") == 1.0


async def test_each_finished_call_is_one_log_line_without_payload(shapes: Any, caplog: pytest.LogCaptureFixture):
    async def refuse(_text: str, _context: Any) -> str:
        raise NotFound("NOBODY_HOME", "There is no secret-payload.")

    caplog.set_level(logging.INFO)
    async with shapes(refuse) as running:
        with expect_error(NotFound):
            await running.stub.unary_unary("secret-payload")
    (line,) = [record for record in caplog.records if record.name == "pcf.rpc"]
    told = vars(line)
    assert (told["pcf.rpc"], told["pcf.code"]) == ("shapes.v1.Shapes/UnaryUnary", "NOT_FOUND")
    assert told["error.code"] == "NOBODY_HOME"
    assert told["event.duration"] > 0
    assert "secret-payload" not in str(told)


async def test_a_reader_who_goes_away_ends_the_handler(shapes: Any, caplog: pytest.LogCaptureFixture):
    ended = asyncio.Event()

    async def forever(text: str, _context: Any) -> str:
        if text == "last":
            try:
                await asyncio.Event().wait()
            finally:
                ended.set()
        return text

    caplog.set_level(logging.INFO)
    rpc = "shapes.v1.Shapes/UnaryStream"
    async with shapes(forever) as running:
        call = running.stub.open_stream("first last")
        assert (await anext(aiter(call))).value == "first"
        call.cancel()
        await asyncio.wait_for(ended.wait(), 5)
        await running.server.drain()
        assert running.value("pcf_rpc_finished_total", rpc=rpc, code="CANCELLED") == 1.0


async def test_a_call_without_deadline_ends_at_the_servers(shapes: Any, stub_of: Any):
    async def forever(_text: str, _context: Any) -> str:
        await asyncio.Event().wait()

    async with (
        shapes(forever, default_deadline_s=0.2) as running,
        grpc.aio.insecure_channel(f"127.0.0.1:{running.port}") as plain,
    ):
        with pytest.raises(grpc.aio.AioRpcError) as caught:
            await stub_of(plain).unary_unary("a")
    assert caught.value.code() == grpc.StatusCode.DEADLINE_EXCEEDED
    assert "0.2 s" in caught.value.details()


async def test_a_timeout_of_the_handler_is_its_own_fault(shapes: Any):
    async def give_up(_text: str, _context: Any) -> str:
        raise TimeoutError

    async with shapes(give_up) as running:
        with expect_error(Internal):
            await running.stub.unary_unary("a")


async def test_a_call_with_too_little_time_is_refused_at_once(shapes: Any):
    async with shapes(shout) as running:
        await running.stub.unary_unary("connect first")
        with expect_error(DeadlineExceeded) as seen:
            await running.stub.unary_unary("a", timeout=0.05)
    assert seen.error.reason in {"TOO_LITTLE_TIME", "DEADLINE_EXCEEDED"}
