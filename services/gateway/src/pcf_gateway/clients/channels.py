"""Opens the channels to the services behind the gateway, and tells whether each of them is ready."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Final

import grpc
from grpc_health.v1 import health_pb2, health_pb2_grpc
from pcf_runtime.client import open_channel, service_config
from pcf_runtime.errors import ServiceError
from pcf_runtime.health import Check
from pcf_runtime.metrics import RpcMetrics
from pcf_runtime.tls.callee import Callee

_PROBE_TIMEOUT_S: Final = 2.0


@dataclass(frozen=True, slots=True)
class Peer:
    """A service behind the gateway: its name, its contract and where it listens."""

    name: str
    package: str
    service: str
    target: str

    @property
    def full_name(self) -> str:
        return f"{self.package}.{self.service}"


class NotReadyError(Exception):
    """A service behind the gateway does not answer, or says itself that it is not ready."""


@asynccontextmanager
async def channel_to(
    peer: Peer, *, timeout_s: float, metrics: RpcMetrics, tls: Callee | None
) -> AsyncIterator[grpc.aio.Channel]:
    channel = open_channel(
        peer.target,
        service_config=service_config(peer.package),
        default_timeout_s=timeout_s,
        domain_metrics=metrics,
        tls=tls,
    )
    try:
        yield channel
    finally:
        await channel.close()


def readiness_check(peer: Peer, channel: grpc.aio.Channel) -> Check:
    """Asks the service's own health: a gateway is ready once it has reached all of them, and stays so.

    What is away later costs those requests that need it, which get 503; the others are served.
    """
    health = health_pb2_grpc.HealthStub(channel)
    request = health_pb2.HealthCheckRequest(service=peer.full_name)

    async def probe() -> None:
        try:
            answer = await health.Check(request, timeout=_PROBE_TIMEOUT_S)
        except ServiceError as error:
            # gRPC's own words name addresses, and readiness is told to whoever asks.
            raise NotReadyError(f"it does not answer ({error.reason})") from error
        if answer.status != health_pb2.HealthCheckResponse.SERVING:
            raise NotReadyError("it is not ready itself")

    return Check(peer.name, probe, once=True)
