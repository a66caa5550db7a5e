"""Puts the routes, their errors and their document together. Opens nothing: everything is handed in."""

import asyncio
from dataclasses import dataclass
from typing import Any, Final

from fastapi import FastAPI
from fastapi.routing import APIRoute
from pcf_runtime.health import Readiness
from pcf_runtime.tracing.tracing import OFF, Tracing
from prometheus_client import CollectorRegistry
from starlette.convertors import Convertor, register_url_convertor

from pcf_gateway.admission import Admission
from pcf_gateway.auth.authentication import Authentication
from pcf_gateway.auth.key_desk import KeyDesk
from pcf_gateway.clients.artifacts import ArtifactsClient
from pcf_gateway.clients.audit import AuditClient
from pcf_gateway.clients.brain import BrainClient
from pcf_gateway.clients.generator import GeneratorClient
from pcf_gateway.cors import Cors
from pcf_gateway.documents.openapi import document
from pcf_gateway.edge import Edge
from pcf_gateway.http_metrics import UNMATCHED, HttpMetrics
from pcf_gateway.limits.gate import Gate
from pcf_gateway.problems import handlers
from pcf_gateway.routes.artifacts import ArtifactRoutes
from pcf_gateway.routes.audit import AuditRoutes
from pcf_gateway.routes.audit_proofs import AuditProofRoutes
from pcf_gateway.routes.build_actions import BuildActionRoutes
from pcf_gateway.routes.build_events import BuildEventRoutes
from pcf_gateway.routes.builds import BuildRoutes
from pcf_gateway.routes.capabilities import CapabilityRoutes
from pcf_gateway.routes.keys import KeyRoutes
from pcf_gateway.routes.pages import PageRoutes
from pcf_gateway.routes.service import ServiceRoutes
from pcf_gateway.routes.usage import UsageRoutes
from pcf_gateway.routes.verify import VerifyRoutes
from pcf_gateway.security_headers import security_headers
from pcf_gateway.strict_route import StrictRoute

_UNMATCHED_CODES: Final = (400, 401, 404, 405, 413, 421, 429, 503)


@dataclass(frozen=True, slots=True)
class Parts:
    """What the routes need."""

    generator: GeneratorClient
    artifacts: ArtifactsClient
    brain: BrainClient
    audit: AuditClient
    readiness: Readiness
    registry: CollectorRegistry
    heartbeat_s: float
    keys: KeyDesk | None = None
    """While authentication is on."""


class _Segment(Convertor[str]):
    """A path segment without a colon: `builds/{id}` must not take `builds/{id}:cancel` for an id."""

    regex = "[^/:]+"

    def convert(self, value: str) -> str:
        return value

    def to_string(self, value: str) -> str:
        return value


def build_app(parts: Parts, *, version: str) -> FastAPI:
    register_url_convertor("segment", _Segment())
    app = _Application(
        version=version,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        # The edge does that, once for each request.
        telemetry={"tracing": False, "metrics": False, "logs": False},
    )
    app.router.route_class = StrictRoute
    app.state.secured = parts.keys is not None
    leaving: asyncio.Event = parts.readiness.draining
    # The most asked first: routes are tried in order.
    BuildRoutes(parts.generator).add_to(app)
    BuildEventRoutes(parts.generator, heartbeat_s=parts.heartbeat_s, leaving=leaving).add_to(app)
    BuildActionRoutes(parts.generator).add_to(app)
    ArtifactRoutes(parts.generator, parts.artifacts).add_to(app)
    VerifyRoutes(parts.generator).add_to(app)
    UsageRoutes(parts.generator).add_to(app)
    CapabilityRoutes(parts.brain).add_to(app)
    AuditRoutes(parts.audit).add_to(app)
    AuditProofRoutes(parts.audit).add_to(app)
    if parts.keys is not None:
        KeyRoutes(parts.keys).add_to(app)
    ServiceRoutes(readiness=parts.readiness, registry=parts.registry).add_to(app)
    PageRoutes().add_to(app)
    handlers.install(app)
    return app


def at_the_edge(
    app: FastAPI,
    *,
    admission: Admission,
    gate: Gate,
    cors: Cors,
    hsts_s: int,
    registry: CollectorRegistry,
    authentication: Authentication | None = None,
    traces: Tracing = OFF,
) -> Edge:
    """The application as it is served, with every series of its metrics at zero."""
    metrics = HttpMetrics(registry)
    for route in app.routes:
        if isinstance(route, APIRoute):
            codes = {200, *(int(code) for code in route.responses)}
            metrics.expect(route.path_format, route.methods or (), codes)
    metrics.expect(UNMATCHED, ["GET", "POST"], _UNMATCHED_CODES)
    return Edge(
        app,
        admission=admission,
        gate=gate,
        cors=cors,
        metrics=metrics,
        headers=security_headers(hsts_s=hsts_s),
        authentication=authentication,
        traces=traces,
    )


class _Application(FastAPI):
    def openapi(self) -> dict[str, Any]:
        return document(self, secured=self.state.secured)
