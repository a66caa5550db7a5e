"""`/healthz`, `/readyz` and `/metrics`: the gateway about itself, for orchestrators and monitoring."""

from typing import Any, Final

from fastapi import FastAPI, Request, Response
from fastapi.responses import PlainTextResponse
from pcf_runtime import health
from prometheus_client import CollectorRegistry
from prometheus_client.exposition import choose_encoder

from pcf_gateway.direct_route import read
from pcf_gateway.documents.operations import describe
from pcf_gateway.resources.service import Health, Readiness

TAG: Final = "service"
_NOT_READY: Final = 503
_NOT_READY_RESPONSE: Final[dict[int | str, dict[str, Any]]] = {
    _NOT_READY: {"description": "It is not ready, and waits for what it names.", "model": Readiness}
}


class ServiceRoutes:
    """The gateway's own state."""

    def __init__(self, *, readiness: health.Readiness, registry: CollectorRegistry) -> None:
        self._readiness = readiness
        self._registry = registry

    def add_to(self, app: FastAPI) -> None:
        read(app, "/healthz", self.health, **describe("getHealth", "Is it alive", tag=TAG, asks_service=False))
        app.get(
            "/readyz",
            **describe("getReadiness", "Is it ready", tag=TAG, asks_service=False, responses=_NOT_READY_RESPONSE),
        )(self.ready)
        app.get(
            "/metrics",
            response_class=PlainTextResponse,
            **describe("getMetrics", "Measurements", tag=TAG, asks_service=False),
        )(self.metrics)

    async def health(self) -> Health:
        """Answer as long as the process runs; looks at nothing else, for a restart cures no dependency."""
        return Health(status="ok")

    async def ready(self, response: Response) -> Readiness:
        """Tell whether requests can be served, and if not, what is waited for."""
        waiting_for = dict(self._readiness.waiting_for)
        if waiting_for:
            response.status_code = _NOT_READY
        return Readiness(ready=not waiting_for, waiting_for=waiting_for, away=dict(self._readiness.away))

    async def metrics(self, request: Request) -> Response:
        """Give the gateway's measurements in the Prometheus text format, or as OpenMetrics, with exemplars."""
        encoder, media_type = choose_encoder(request.headers.get("accept", ""))
        return Response(encoder(self._registry), media_type=media_type)
