"""Starting, answering health and reflection, refusing, draining."""

import asyncio
from typing import Any

import grpc
import pytest
from grpc_health.v1 import health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha import reflection_pb2, reflection_pb2_grpc
from pcf_runtime.addresses import AddressUnavailableError
from pcf_runtime.errors import ResourceExhausted, Unavailable
from pcf_runtime.health import Check, Readiness
from pcf_runtime.testing import expect_error

SERVING = health_pb2.HealthCheckResponse.SERVING
NOT_SERVING = health_pb2.HealthCheckResponse.NOT_SERVING
SERVICE = "shapes.v1.Shapes"


async def echo(text: str, _context: Any):
    return text


async def status(channel: grpc.aio.Channel, service: str):
    answer = await health_pb2_grpc.HealthStub(channel).Check(health_pb2.HealthCheckRequest(service=service))
    return answer.status


async def refuses_connections(port: int):
    async with asyncio.timeout(10):
        while True:
            try:
                _, writer = await asyncio.open_connection("127.0.0.1", port)
            except ConnectionRefusedError:
                return
            except ConnectionResetError:
                continue  # it was let in at the moment the port closed
            writer.close()
            await writer.wait_closed()


async def test_a_port_in_use_is_said_clearly(shapes: Any):
    async with shapes(echo) as first:
        with pytest.raises(AddressUnavailableError, match=f"gRPC server cannot listen on 127.0.0.1:{first.port}"):
            async with shapes(echo, port=first.port):
                pass


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "localhost"])
async def test_an_address_is_taken_as_people_write_it(shapes: Any, host: str):
    async with shapes(echo, host=host) as running:
        assert running.port > 0


async def test_a_port_can_be_taken_again_after_a_drain(shapes: Any):
    async with shapes(echo) as first:
        pass
    async with shapes(echo, port=first.port) as second:
        assert first.port == second.port
        assert await second.stub.unary_unary("a") == "a"


@pytest.mark.parametrize("service", ["", SERVICE])
async def test_health_follows_readiness(shapes: Any, service: str):
    broken = True

    async def probe() -> None:
        if broken:
            raise ConnectionError("no route to the database")

    readiness = Readiness([Check("database", probe)], interval_s=60)
    async with shapes(echo, readiness=readiness) as running:
        assert await status(running.channel, service) == NOT_SERVING
        assert await status(running.channel, "liveness") == SERVING
        broken = False
        await readiness.check_now()
        assert await status(running.channel, service) == SERVING


async def test_health_of_an_unknown_service_is_not_found(shapes: Any):
    async with shapes(echo) as running, grpc.aio.insecure_channel(f"127.0.0.1:{running.port}") as plain:
        with pytest.raises(grpc.aio.AioRpcError) as caught:
            await status(plain, "nobody.v1.Nobody")
    assert caught.value.code() == grpc.StatusCode.NOT_FOUND


async def test_a_health_watch_sees_each_change_and_holds_up_no_drain(shapes: Any):
    async with shapes(echo, drain_grace_s=60) as running:
        channel = grpc.aio.insecure_channel(f"127.0.0.1:{running.port}")
        watch = health_pb2_grpc.HealthStub(channel).Watch(health_pb2.HealthCheckRequest())
        assert (await watch.read()).status == SERVING
        await asyncio.wait_for(running.server.drain(), 5)
        assert (await watch.read()).status == NOT_SERVING
        assert await watch.read() == grpc.aio.EOF
        await channel.close()


async def test_reflection_is_off_unless_asked_for(shapes: Any):
    async def services(running: Any) -> set[str]:
        asked = iter([reflection_pb2.ServerReflectionRequest(list_services="")])
        stub = reflection_pb2_grpc.ServerReflectionStub(running.channel)
        answers = [answer async for answer in stub.ServerReflectionInfo(asked)]
        return {service.name for service in answers[0].list_services_response.service}

    async with shapes(echo, reflection=True) as running:
        assert {SERVICE, "grpc.health.v1.Health"} <= await services(running)
    async with shapes(echo) as running:
        with pytest.raises(Exception, match="Method not found"):
            await services(running)


async def test_a_message_over_4_mib_is_refused(shapes: Any):
    async with shapes(echo) as running:
        with expect_error(ResourceExhausted):
            await running.stub.unary_unary("x" * (4 * 1024 * 1024 + 1))
        assert await running.stub.unary_unary("small") == "small"


async def test_every_method_is_counted_from_zero(shapes: Any):
    async with shapes(echo) as running:
        for method in ("UnaryUnary", "UnaryStream", "StreamUnary", "StreamStream"):
            rpc = f"{SERVICE}/{method}"
            assert running.value("pcf_rpc_started_total", rpc=rpc) == 0.0
            for code in grpc.StatusCode:
                assert running.value("pcf_rpc_finished_total", rpc=rpc, code=code.name) == 0.0


async def test_a_drain_answers_what_is_in_flight_and_takes_no_more(shapes: Any):
    entered, leave = asyncio.Event(), asyncio.Event()

    async def answer(text: str, _context: Any) -> str:
        if text == "slow":
            entered.set()
            await leave.wait()
        return text

    async with shapes(answer, drain_grace_s=30) as running:
        slow = asyncio.create_task(running.stub.unary_unary("slow"))
        await entered.wait()
        drain = asyncio.create_task(running.server.drain())
        await refuses_connections(running.port)
        with expect_error(Unavailable):
            await running.stub.unary_unary("quick")
        leave.set()
        assert await slow == "slow"
        await drain


async def test_a_drain_ends_what_does_not_end_by_itself(shapes: Any):
    entered, ended = asyncio.Event(), asyncio.Event()

    async def forever(_text: str, _context: Any) -> str:
        entered.set()
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()

    async with shapes(forever, drain_grace_s=0.1) as running:
        call = asyncio.create_task(running.stub.unary_unary("a"))
        await entered.wait()
        await running.server.drain()
        await asyncio.wait_for(ended.wait(), 5)
        with expect_error(Unavailable):
            await call


async def test_a_stream_that_watches_draining_ends_in_good_order(shapes: Any):
    readiness = Readiness()

    async def until_drained(text: str, _context: Any) -> str:
        if text == "wait":
            await readiness.draining.wait()
        return text

    async with shapes(until_drained, readiness=readiness, drain_grace_s=30) as running:
        call = running.stub.open_stream("first wait")
        assert (await call.read()).value == "first"
        await asyncio.wait_for(running.server.drain(), 5)
        assert (await call.read()).value == "wait"
        assert await call.read() == grpc.aio.EOF


async def test_a_server_never_started_drains_at_once(shapes: Any):
    async with shapes(echo) as running:
        pass
    await running.server.drain()
