"""The outermost layer, around everything: what holds for every request and every response.

It gives the request its id, its caller and its deadline, refuses what must not come in, adds the headers that every
response carries, and counts and logs how it ended. One plain ASGI layer instead of six: each costs every request a
little.
"""

import time
from collections.abc import Iterable, MutableMapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace
from itertools import count
from typing import Any, Final
from uuid import uuid4

from pcf_runtime import request_context
from pcf_runtime.deadlines import bind_time_left
from pcf_runtime.errors import ServiceError
from pcf_runtime.trace_context import Span
from pcf_runtime.tracing.tracing import OFF, Tracing
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from pcf_gateway.access_log import log_finished
from pcf_gateway.admission import Admission
from pcf_gateway.auth.authentication import Authentication
from pcf_gateway.auth.principal import EVERYBODY, PRINCIPAL, Principal
from pcf_gateway.auth.scopes import PUBLIC_PATHS
from pcf_gateway.cors import Cors
from pcf_gateway.http_metrics import UNMATCHED, HttpMetrics, method_of
from pcf_gateway.limits.gate import Gate
from pcf_gateway.problems.refusal import Refusal, from_service, response
from pcf_gateway.request_span import tell_span
from pcf_gateway.security_headers import CONTENT_POLICY

_ACCEPTED: Final = 202
_DEFAULTS: Final = ((b"cache-control", b"no-store"), CONTENT_POLICY)
"""Of responses that have none of their own: what does not say how long it may be kept is not kept."""
_TRACE_HEADERS: Final = (b"traceparent", b"tracestate")
_SENT_NOTHING: Final = 499
"""The client went away before the response began."""


@dataclass(slots=True)
class _Outcome:
    status: int = _SENT_NOTHING


class Edge:
    """Wraps the application; without an authentication, everybody may do everything."""

    def __init__(
        self,
        app: ASGIApp,
        *,
        admission: Admission,
        gate: Gate,
        cors: Cors,
        metrics: HttpMetrics,
        headers: tuple[tuple[bytes, bytes], ...],
        authentication: Authentication | None = None,
        traces: Tracing = OFF,
    ) -> None:
        """`headers` are on every response."""
        self._app = app
        self._admission = admission
        self._gate = gate
        self._cors = cors
        self._metrics = metrics
        self._headers = headers
        self._authentication = authentication
        self._traces = traces
        # Unique among processes by the first part and within this one by the second, without asking the system
        # for random bytes at every request.
        self._process = uuid4().hex[:16]
        self._requests = count(1)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers: dict[bytes, bytes] = dict(scope["headers"])
        context = self._context(headers)
        outcome = _Outcome()
        began = time.perf_counter()
        self._metrics.started()
        with request_context.bind(context), self._tracing(scope, headers) as span:
            try:
                await self._serve(scope, receive, self._finishing(scope, send, headers, outcome), headers, outcome)
            finally:
                self._finish(scope, outcome, time.perf_counter() - began, span)

    def _context(self, headers: dict[bytes, bytes]) -> request_context.RequestContext:
        new_id = f"{self._process}-{next(self._requests)}"
        sent = headers.get(b"x-request-id")
        if sent is None:
            return request_context.RequestContext(new_id)
        # The runtime decides what is fit to be an id, so that the next service will not decide otherwise.
        metadata = {request_context.REQUEST_ID_KEY: sent.decode("latin-1")}
        return request_context.from_metadata(metadata, new_id=new_id)

    async def _serve(
        self, scope: Scope, receive: Receive, send: Send, headers: dict[bytes, bytes], outcome: _Outcome
    ) -> None:
        if self._cors.is_preflight(scope["method"], headers):
            await self._cors.answer(send)
            return
        visit = None
        try:
            self._admission.check(scope["method"], headers)
            seconds = self._admission.seconds(headers)
            context = await self._known(scope, headers)
            if PRINCIPAL in scope and scope["path"] not in PUBLIC_PATHS:
                visit = await self._gate.admit(scope, scope[PRINCIPAL])
        except Refusal as refusal:
            await response(refusal)(scope, receive, send)
            return
        except ServiceError as error:
            await response(from_service(error))(scope, receive, send)
            return
        if b"transfer-encoding" in headers:
            receive = self._admission.limited(receive)
        try:
            with request_context.bind(context), bind_time_left(seconds):
                await self._app(scope, receive, send)
        finally:
            if visit is not None:
                visit.leave(started_build=outcome.status == _ACCEPTED)

    async def _known(self, scope: Scope, headers: dict[bytes, bytes]) -> request_context.RequestContext:
        """The request's context with its caller, who is put into the scope too. Refusal, ServiceError."""
        context = request_context.current()
        if self._authentication is None:
            scope[PRINCIPAL] = EVERYBODY
            return replace(context, all_tenants=True)
        principal = await self._principal(self._authentication, scope, headers)
        if principal is None:
            return context
        scope[PRINCIPAL] = principal
        return replace(context, actor=principal.actor, tenant=principal.tenant, all_tenants=principal.of_all_tenants)

    async def _principal(
        self, authentication: Authentication, scope: Scope, headers: dict[bytes, bytes]
    ) -> Principal | None:
        if scope["path"] in PUBLIC_PATHS:
            return None
        self._gate.check_address(scope, headers)
        try:
            return await authentication.principal(scope["path"], headers)
        except Refusal as refusal:
            if refusal.reason == "CREDENTIAL_INVALID":
                self._gate.note_failure(scope, headers)
            raise

    def _finishing(self, scope: Scope, send: Send, headers: dict[bytes, bytes], outcome: _Outcome) -> Send:
        own = (b"x-request-id", request_context.current().request_id.encode())

        async def finishing(message: Message) -> None:
            if message["type"] == "http.response.start":
                outcome.status = message["status"]
                added = (*self._headers, *self._cors.fields(headers), *self._gate.fields(scope), own)
                _add_headers(message, added)
            await send(message)

        return finishing

    def _finish(self, scope: Scope, outcome: _Outcome, seconds: float, span: Span | None) -> None:
        route = getattr(scope.get("route"), "path_format", UNMATCHED)
        method = scope["method"]
        self._metrics.finished(method=method, route=route, code=outcome.status, seconds=seconds)
        log_finished(scope, route=route, status=outcome.status, seconds=seconds)
        if span is not None:
            tell_span(span, scope, route=route, status=outcome.status)

    def _tracing(self, scope: Scope, headers: dict[bytes, bytes]) -> AbstractContextManager[Span | None]:
        if b"traceparent" not in headers and self._traces is OFF:
            return nullcontext()
        present = {name.decode(): headers[name].decode("latin-1") for name in _TRACE_HEADERS if name in headers}
        return self._traces.request(method_of(scope["method"]), "server", present)


def _add_headers(message: MutableMapping[str, Any], added: Iterable[tuple[bytes, bytes]]) -> None:
    headers = [*message["headers"], *added]
    names = {name for name, _ in headers}
    headers += [default for default in _DEFAULTS if default[0] not in names]
    message["headers"] = headers
