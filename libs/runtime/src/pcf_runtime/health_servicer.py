"""grpc.health.v1 for one server: readiness under "" and each service's name, "liveness" apart.

Our own, as grpcio's never ends a Watch: one open watch would hold every shutdown for the whole grace period.
"""

import asyncio
from collections.abc import AsyncIterator, Sequence
from typing import Any, Final

import grpc
from grpc_health.v1 import health_pb2

_LIVENESS: Final = "liveness"
_SERVING: Final = health_pb2.HealthCheckResponse.SERVING
_NOT_SERVING: Final = health_pb2.HealthCheckResponse.NOT_SERVING
_UNKNOWN: Final = health_pb2.HealthCheckResponse.SERVICE_UNKNOWN


class HealthServicer:
    """Not ready until told otherwise; always alive, for a restart cures no dependency."""

    def __init__(self, services: Sequence[str]) -> None:
        self._followers = ("", *services)
        self._ready = False
        self._ended = False
        self._changed = asyncio.Condition()

    async def publish(self, ready: bool) -> None:  # noqa: FBT001 - Readiness gives its listeners one argument
        self._ready = ready
        await self._wake()

    async def end_watches(self) -> None:
        """Let every watch tell its last news and end."""
        self._ended = True
        await self._wake()

    async def Check(self, request: Any, context: Any) -> Any:  # noqa: N802 - the contract's name
        status = self._status(request.service)
        if status == _UNKNOWN:
            await context.abort(grpc.StatusCode.NOT_FOUND, "unknown service")
        return health_pb2.HealthCheckResponse(status=status)

    async def List(self, _request: Any, _context: Any) -> Any:  # noqa: N802 - likewise
        names = (*self._followers, _LIVENESS)
        statuses = {name: health_pb2.HealthCheckResponse(status=self._status(name)) for name in names}
        return health_pb2.HealthListResponse(statuses=statuses)

    async def Watch(self, request: Any, _context: Any) -> AsyncIterator[Any]:  # noqa: N802 - likewise
        told = -1

        def news() -> bool:
            return self._ended or self._status(request.service) != told

        while True:
            async with self._changed:
                await self._changed.wait_for(news)
            status = self._status(request.service)
            if status == told:
                return
            told = status
            yield health_pb2.HealthCheckResponse(status=status)

    async def _wake(self) -> None:
        async with self._changed:
            self._changed.notify_all()

    def _status(self, service: str) -> int:
        if service == _LIVENESS:
            return int(_SERVING)
        if service not in self._followers:
            return int(_UNKNOWN)
        return int(_SERVING if self._ready else _NOT_SERVING)
