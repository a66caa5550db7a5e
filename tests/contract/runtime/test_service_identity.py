"""Both sides of a call prove who they are: what is let in, what is not, and what happens as certificates change."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from itertools import count
from pathlib import Path
from typing import Any

import grpc
import pytest
from grpc_health.v1 import health_pb2, health_pb2_grpc
from pcf_runtime.client import open_channel
from pcf_runtime.errors import PermissionDenied, Unavailable
from pcf_runtime.health import Readiness
from pcf_runtime.metrics import RpcMetrics
from pcf_runtime.server import Rpc, ServerOptions, build_server
from pcf_runtime.testing import expect_error
from pcf_runtime.tls.callee import Callee
from pcf_runtime.tls.files import TlsFiles
from pcf_runtime.tls.identity import Identity
from prometheus_client import CollectorRegistry

from tests.contract.runtime.conftest import METHODS, SERVICE, Shapes
from tests.servers.service_certificates import Authority, ServiceFiles

ALLOWED = {f"{SERVICE}/{method}": ("gateway",) for method in METHODS}


def always() -> Callable[[], float]:
    """A clock by which every look is due."""
    seconds = count(0.0, 10.0)
    return lambda: next(seconds)


def files(told: ServiceFiles, service: str, *, domain: str = "pcf-builder") -> TlsFiles:
    identity = Identity(domain, service)
    return TlsFiles(told.certificate, told.key, told.authority, identity=identity, clock=always())


async def echo(text: str, _context: Any) -> str:
    return text


@dataclass(frozen=True, slots=True)
class World:
    folder: Path
    authority: Authority
    port: int
    answered_connections: set[str]

    def channel(self, own: TlsFiles, *, callee: str = "generator") -> grpc.aio.Channel:
        return open_channel(f"127.0.0.1:{self.port}", service_config="{}", tls=Callee(own, callee))

    def caller(self, service: str = "gateway", authority: Authority | None = None, **how: Any) -> TlsFiles:
        """Signed by another authority if it is given, believing the world's."""
        signing = authority or self.authority
        written = signing.write(self.folder / service, service, believed=self.authority.pem, **how)
        return files(written, service, domain=how.get("domain", "pcf-builder"))


@pytest.fixture
async def world(shapes: Any, tmp_path: Path) -> AsyncIterator[World]:
    assert shapes  # describes the service
    authority = Authority()
    seen: set[str] = set()
    own = files(authority.write(tmp_path / "server", "generator"), "generator")

    async def answer(text: str, context: Any) -> str:
        seen.add(context.peer())
        if text == "slow":
            await asyncio.sleep(0.2)
        return text

    async with serving(own, answer) as port:
        yield World(tmp_path, authority, port, seen)


@asynccontextmanager
async def serving(own: TlsFiles, answer: Any) -> AsyncIterator[int]:
    server = build_server(
        [Rpc(SERVICE, Shapes(answer).register, ALLOWED)],
        options=ServerOptions(domain="shapes.pcf", drain_grace_s=1.0, tls=own),
        metrics=RpcMetrics(CollectorRegistry(), service="shapes"),
        readiness=Readiness(),
    )
    await server.start()
    try:
        yield server.port
    finally:
        await server.drain()


@pytest.mark.parametrize("shape", ["unary_unary", "unary_stream", "stream_unary", "stream_stream"])
async def test_the_right_caller_is_answered(world: World, stub_of: Any, shape: str):
    async with world.channel(world.caller()) as channel:
        assert "a" == await getattr(stub_of(channel), shape)("a")


async def test_who_is_not_on_the_list_is_told_so(world: World, stub_of: Any):
    async with world.channel(world.caller("brain")) as channel:
        with expect_error(PermissionDenied, reason="CALLER_NOT_ALLOWED", domain="shapes.pcf"):
            await stub_of(channel).unary_unary("a")
    assert set() == world.answered_connections


async def test_health_is_told_to_every_verified_certificate(world: World):
    async with world.channel(world.caller("monitoring")) as channel:
        answer = await health_pb2_grpc.HealthStub(channel).Check(health_pb2.HealthCheckRequest())
    assert health_pb2.HealthCheckResponse.SERVING == answer.status


async def test_a_service_of_that_name_in_another_trust_domain_is_another(world: World, stub_of: Any):
    own = world.caller(domain="elsewhere")
    target = f"127.0.0.1:{world.port}"
    insisting = Callee(files(world.authority.write(world.folder / "own", "gateway"), "gateway"), "generator")
    # Its certificate, and the name of the server that it means to call.
    presenting = grpc.ssl_channel_credentials(world.authority.pem, own.current().key, own.current().chain)
    options = [("grpc.ssl_target_name_override", insisting.dns_name)]
    async with grpc.aio.secure_channel(target, presenting, options=options) as channel:
        with pytest.raises(grpc.aio.AioRpcError) as refused:
            await stub_of(channel).unary_unary("a")
    assert grpc.StatusCode.PERMISSION_DENIED == refused.value.code()


async def test_a_certificate_of_another_authority_gets_no_connection(world: World, stub_of: Any):
    async with world.channel(world.caller(authority=Authority())) as channel:
        with expect_error(Unavailable):
            await stub_of(channel).unary_unary("a")


async def test_an_expired_certificate_gets_no_connection(world: World, stub_of: Any):
    async with world.channel(world.caller(life=timedelta(seconds=-1))) as channel:
        with expect_error(Unavailable):
            await stub_of(channel).unary_unary("a")


async def test_without_a_certificate_there_is_no_connection(world: World, stub_of: Any):
    believing = grpc.ssl_channel_credentials(world.authority.pem)
    options = [("grpc.ssl_target_name_override", "generator.pcf-builder")]
    async with grpc.aio.secure_channel(f"127.0.0.1:{world.port}", believing, options=options) as channel:
        with pytest.raises(grpc.aio.AioRpcError) as refused:
            await stub_of(channel).unary_unary("a")
    assert grpc.StatusCode.UNAVAILABLE == refused.value.code()


async def test_in_clear_there_is_no_answer(world: World, stub_of: Any):
    async with open_channel(f"127.0.0.1:{world.port}", service_config="{}") as channel:
        with expect_error(Unavailable):
            await stub_of(channel).unary_unary("a")
    assert set() == world.answered_connections


async def test_a_server_that_is_another_service_is_not_spoken_to(world: World, stub_of: Any):
    async with world.channel(world.caller(), callee="audit") as channel:
        with expect_error(Unavailable):
            await stub_of(channel).unary_unary("a")
    assert set() == world.answered_connections


async def test_a_server_of_another_authority_is_not_spoken_to(shapes: Any, tmp_path: Path, stub_of: Any):
    assert shapes
    ours, theirs = Authority(), Authority()
    impostor = files(theirs.write(tmp_path / "server", "generator", believed=ours.pem), "generator")
    own = files(ours.write(tmp_path / "gateway", "gateway"), "gateway")
    async with (
        serving(impostor, echo) as port,
        open_channel(f"127.0.0.1:{port}", service_config="{}", tls=Callee(own, "generator")) as channel,
    ):
        with expect_error(Unavailable):
            await stub_of(channel).unary_unary("a")


async def test_both_sides_change_certificates_and_authority_under_load_and_no_call_fails(world: World, stub_of: Any):
    """The authority changes as it must: first both are believed, then the new one signs, then the old is forgotten."""
    own = world.caller()
    new = Authority()
    steps = [
        (world.authority, world.authority.pem + new.pem),
        (new, world.authority.pem + new.pem),
        (new, new.pem),
        (new, new.pem),
    ]
    ended = asyncio.Event()
    done = 0

    async def load(stub: Any, text: str) -> None:
        nonlocal done
        while not ended.is_set():
            assert text == await stub.unary_unary(text)
            assert f"{text} {text}" == await stub.unary_stream(f"{text} {text}")
            done += 1

    async def until(condition: Callable[[], bool]) -> None:
        async with asyncio.timeout(10):
            while not condition():  # noqa: ASYNC110 - the server of the test tells nobody
                await asyncio.sleep(0.01)

    async def more(number: int) -> None:
        enough = done + number
        await until(lambda: done >= enough)

    async with world.channel(own) as channel, asyncio.TaskGroup() as running:
        for text in ("fast", "fast", "slow", "slow"):
            running.create_task(load(stub_of(channel), text))
        await more(20)
        for signing, believed in steps:
            connections = len(world.answered_connections)
            # The server first: it must believe what comes next before it comes.
            signing.write(world.folder / "server", "generator", believed=believed)
            signing.write(world.folder / "gateway", "gateway", believed=believed)
            await until(lambda connections=connections: len(world.answered_connections) > connections)
            await more(20)
        ended.set()
    assert 1 + len(steps) <= len(world.answered_connections)


async def test_a_stream_that_was_open_before_the_change_ends_as_it_should(world: World, stub_of: Any):
    own = world.caller()
    async with world.channel(own) as channel:
        stub = stub_of(channel)
        stream = aiter(stub.open_stream("slow slow slow"))
        first = (await anext(stream)).value
        world.authority.write(world.folder / "gateway", "gateway")
        assert "other" == await stub.unary_unary("other")
        assert ["slow", "slow", "slow"] == [first, *[message.value async for message in stream]]
    assert 2 == len(world.answered_connections)
