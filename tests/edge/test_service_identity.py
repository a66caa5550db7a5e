"""Between the balancers and the instances: who has no certificate, or somebody else's, gets nowhere."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import grpc
import pytest
from pcf.generator.v1 import generator_pb2 as pb
from pcf.generator.v1 import generator_pb2_grpc

from tests.edge.proxies import Balancer, balancer, balancer_ports


async def test_who_comes_without_a_certificate_meets_a_closed_door(stack: Any):
    said = await _refused(stack.services.generators[0].target)

    assert grpc.StatusCode.UNAVAILABLE == said.code()


async def test_a_proxy_is_let_in_as_the_service_it_stands_beside(stack: Any, tmp_path: Path):
    with _beside(stack, "audit", tmp_path, generators=_ports(stack.services.generators)) as proxy:
        said = await _refused(f"127.0.0.1:{proxy.ports['generator']}")

    assert grpc.StatusCode.PERMISSION_DENIED == said.code()


async def test_an_instance_of_another_service_is_not_called(stack: Any, tmp_path: Path, until: Callable[..., Any]):
    with _beside(stack, "gateway", tmp_path, generators=_ports(stack.services.brains)) as proxy:
        said = await _refused(f"127.0.0.1:{proxy.ports['generator']}")
        seen = until(lambda: proxy.counted("cluster.generator.ssl.fail_verify_san"), what="the name was looked at")

    assert grpc.StatusCode.UNAVAILABLE == said.code()
    assert seen > 0


@contextmanager
def _beside(stack: Any, service: str, folder: Path, *, generators: list[int]) -> Iterator[Balancer]:
    instances = {
        "generator": generators,
        "brain": _ports(stack.services.brains),
        "audit": _ports(stack.services.audits),
    }
    with balancer(folder, instances, ports=balancer_ports(), certificate=stack.certificates[service]) as proxy:
        yield proxy


def _ports(services: Any) -> list[int]:
    return [each.port for each in services]


async def _refused(target: str) -> grpc.aio.AioRpcError:
    async with grpc.aio.insecure_channel(target) as channel:
        stub = generator_pb2_grpc.GeneratorServiceStub(channel)
        with pytest.raises(grpc.aio.AioRpcError) as refused:
            await stub.ListBuilds(pb.ListBuildsRequest(page_size=1), timeout=10)
    return refused.value
