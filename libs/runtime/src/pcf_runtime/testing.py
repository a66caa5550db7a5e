"""For tests of services: a real server and channel, a clock to turn, and a check for errors."""

from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import grpc
from prometheus_client import CollectorRegistry

from pcf_runtime.client import open_channel, service_config
from pcf_runtime.errors import ServiceError
from pcf_runtime.health import Readiness
from pcf_runtime.metrics import RpcMetrics
from pcf_runtime.server import Rpc, Server, ServerOptions, build_server

__all__ = ["ExpectedError", "FakeClock", "Serving", "expect_error", "serving"]


@dataclass(frozen=True, slots=True)
class Serving:
    """A server that answers, and a channel to it."""

    port: int
    channel: grpc.aio.Channel
    server: Server
    registry: CollectorRegistry

    @property
    def target(self) -> str:
        return f"127.0.0.1:{self.port}"


@asynccontextmanager
async def serving(
    rpcs: Sequence[Rpc], *, domain: str = "test", readiness: Readiness | None = None, **options: Any
) -> AsyncIterator[Serving]:
    """Serve on a free port with every layer; the channel uses the first service's own service config."""
    registry = CollectorRegistry()
    server = build_server(
        rpcs,
        options=ServerOptions(**{"domain": domain, "drain_grace_s": 1.0, **options}),
        metrics=RpcMetrics(registry, service=domain),
        readiness=readiness or Readiness(),
    )
    await server.start()
    package = rpcs[0].name.rpartition(".")[0]
    channel = open_channel(f"127.0.0.1:{server.port}", service_config=service_config(package))
    try:
        yield Serving(server.port, channel, server, registry)
    finally:
        await channel.close()
        await server.drain()


@dataclass(slots=True)
class ExpectedError:
    """Holds the error once `expect_error` has seen it."""

    error: ServiceError | None = None


@contextmanager
def expect_error(
    kind: type[ServiceError], *, reason: str | None = None, domain: str | None = None
) -> Iterator[ExpectedError]:
    """Fails unless the block raises this kind of error, with this reason and domain where they are given."""
    expected = ExpectedError()
    try:
        yield expected
    except kind as error:
        expected.error = error
        for name, value in (("reason", reason), ("domain", domain)):
            if value is not None and getattr(error, name) != value:
                raise AssertionError(f"expected {name} {value!r}, got {error!r}") from error
        return
    raise AssertionError(f"{kind.__name__} was not raised")


class FakeClock:
    """A clock that stands still until it is advanced."""

    def __init__(self, start: datetime = datetime(2026, 1, 1, tzinfo=UTC)) -> None:
        self._now = start

    def now(self) -> datetime:
        return self._now

    def advance(self, seconds: float) -> None:
        self._now += timedelta(seconds=seconds)
