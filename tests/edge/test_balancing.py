"""The balancer inside: each request to the next instance, and an instance that dies fails nobody's reads."""

import asyncio
from collections import Counter
from typing import Any

import grpc
from grpc_health.v1 import health_pb2, health_pb2_grpc
from pcf.brain.v1 import brain_pb2, brain_pb2_grpc
from pcf.generator.v1 import generator_pb2 as pb
from pcf.generator.v1 import generator_pb2_grpc
from pcf_runtime.client import open_channel, service_config
from pcf_runtime.errors import ServiceError

_CALLS = 40


async def test_requests_of_one_connection_go_to_all_instances(stack: Any):
    # On a busy machine one may have been slow to connect to, and be left out for some seconds.
    await stack.healthy()
    before = _answered(stack)
    async with _channel(stack) as channel:
        stub = generator_pb2_grpc.GeneratorServiceStub(channel)
        for _ in range(_CALLS):
            await stub.ListBuilds(pb.ListBuildsRequest(page_size=1))
    shares = [after - was for after, was in zip(_answered(stack), before, strict=True)]

    # The edge's health checks may add a few.
    assert all(_CALLS / 2 - 2 <= share <= _CALLS / 2 + 10 for share in shares), shares


async def test_an_instance_dies_and_no_read_fails(stack: Any):
    victim = stack.services.generators[0]
    ends: Counter[str] = Counter()
    async with _channel(stack) as channel:
        reading = asyncio.create_task(_read(generator_pb2_grpc.GeneratorServiceStub(channel), ends))
        await _until(ends, _CALLS)
        victim.kill()
        await _until(ends, _CALLS * 4)
        victim.start()
        await victim.ready()
        await _until(ends, _CALLS)
        reading.cancel()

    assert {"ok"} == set(ends), ends


async def test_each_port_serves_its_service_and_its_health(stack: Any):
    async with open_channel(stack.target("brain"), service_config=service_config("pcf.brain.v1")) as channel:
        release = await brain_pb2_grpc.BrainServiceStub(channel).GetRelease(
            brain_pb2.GetReleaseRequest(name="releases/current")
        )
    async with grpc.aio.insecure_channel(stack.target("audit")) as channel:
        request = health_pb2.HealthCheckRequest(service="pcf.audit.v1.AuditService")
        health = await health_pb2_grpc.HealthStub(channel).Check(request, timeout=10)

    assert release.name
    assert health_pb2.HealthCheckResponse.SERVING == health.status


async def test_a_build_is_followed_to_its_end(stack: Any):
    async with _channel(stack) as channel:
        stub = generator_pb2_grpc.GeneratorServiceStub(channel)
        build = await stub.CreateBuild(pb.CreateBuildRequest(prompt="a slider from 0 to 77", request_id=_UUID))
        events = [event async for event in stub.WatchBuild(pb.WatchBuildRequest(name=build.name), timeout=60)]

    assert len(events) > 7


_UUID = "0f8fad5b-d9cb-469f-a165-70867728950e"


def _channel(stack: Any) -> grpc.aio.Channel:
    return open_channel(stack.target("generator"), service_config=service_config("pcf.generator.v1"))


def _answered(stack: Any) -> list[int]:
    return [stack.balancers["gateway"].endpoint_requests("generator", each.port) for each in stack.services.generators]


async def _read(stub: Any, ends: Counter[str]) -> None:
    while True:
        try:
            await stub.ListBuilds(pb.ListBuildsRequest(page_size=1))
        except ServiceError as error:
            ends[error.reason] += 1
        else:
            ends["ok"] += 1


async def _until(ends: Counter[str], more: int) -> None:
    wanted = ends.total() + more
    async with asyncio.timeout(60):
        while ends.total() < wanted:
            await asyncio.sleep(0.01)
