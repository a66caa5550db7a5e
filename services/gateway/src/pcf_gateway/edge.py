"""The outermost layer, around everything: what holds for every request and every response.

It gives the request its id, its caller and its deadline, refuses what must not come in, adds the headers that every
response carries, and counts and logs how it ended. One plain ASGI layer instead of six: each costs every request a
little.
"""

import time
from collections.abc import MutableMapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace
from itertools import count
from typing import Any, Final
from uuid import uuid4

from pcf_runtime import request_context, trace_context
from pcf_runtime.deadlines import bind_time_left
from pcf_runtime.errors import ServiceError
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from pcf_gateway.access_log import log_finished
from pcf_gateway.admission import Admission
from pcf_gateway.auth.authentication import Authentication
from pcf_gateway.auth.principal import EVERYBODY, PRINCIPAL
from pcf_gateway.http_metrics import UNMATCHED, HttpMetrics
from pcf_gateway.problems.refusal import Refusal, from_service, response

_NO_SNIFFING: Final = (b"x-content-type-options", b"nosniff")
_NO_STORE: Final = (b"cache-control", b"no-store")
_TRACE_HEADERS: Final = (b"traceparent", b"tracestate")
_SENT_NOTHING: Final = 499
"""The client went away before the response began."""


@dataclass(slots=True)
class _Outcome:
    status: int = _SENT_NOTHING


class Edge:
    """Wraps the application; without an authentication, everybody may do everything."""

    def __init__(
        self, app: ASGIApp, *, admission: Admission, metrics: HttpMetrics, authentication: Authentication | None = None
    ) -> None:
        self._app = app
        self._admission = admission
        self._metrics = metrics
        self._authentication = authentication
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
        with request_context.bind(context), _tracing(headers):
            try:
                await self._serve(scope, receive, _finishing(send, context.request_id, outcome), headers)
            finally:
                self._finish(scope, outcome, time.perf_counter() - began)

    def _context(self, headers: dict[bytes, bytes]) -> request_context.RequestContext:
        new_id = f"{self._process}-{next(self._requests)}"
        sent = headers.get(b"x-request-id")
        if sent is None:
            return request_context.RequestContext(new_id)
        # The runtime decides what is fit to be an id, so that the next service will not decide otherwise.
        metadata = {request_context.REQUEST_ID_KEY: sent.decode("latin-1")}
        return request_context.from_metadata(metadata, new_id=new_id)

    async def _serve(self, scope: Scope, receive: Receive, send: Send, headers: dict[bytes, bytes]) -> None:
        try:
            self._admission.check(scope["method"], headers)
            seconds = self._admission.seconds(headers)
            context = await self._known(scope, headers)
        except Refusal as refusal:
            await response(refusal)(scope, receive, send)
            return
        except ServiceError as error:
            await response(from_service(error))(scope, receive, send)
            return
        if b"transfer-encoding" in headers:
            receive = self._admission.limited(receive)
        with request_context.bind(context), bind_time_left(seconds):
            await self._app(scope, receive, send)

    async def _known(self, scope: Scope, headers: dict[bytes, bytes]) -> request_context.RequestContext:
        """The request's context with its caller, who is put into the scope too. Refusal, ServiceError."""
        context = request_context.current()
        if self._authentication is None:
            scope[PRINCIPAL] = EVERYBODY
            return replace(context, all_tenants=True)
        principal = await self._authentication.principal(scope["path"], headers)
        if principal is None:
            return context
        scope[PRINCIPAL] = principal
        return replace(context, actor=principal.actor, tenant=principal.tenant, all_tenants=principal.of_all_tenants)

    def _finish(self, scope: Scope, outcome: _Outcome, seconds: float) -> None:
        route = getattr(scope.get("route"), "path_format", UNMATCHED)
        method = scope["method"]
        self._metrics.finished(method=method, route=route, code=outcome.status, seconds=seconds)
        log_finished(scope, route=route, status=outcome.status, seconds=seconds)


def _tracing(headers: dict[bytes, bytes]) -> AbstractContextManager[None]:
    if b"traceparent" not in headers:
        return nullcontext()
    present = {name.decode(): headers[name].decode("latin-1") for name in _TRACE_HEADERS if name in headers}
    return trace_context.bind(present)


def _finishing(send: Send, request_id: str, outcome: _Outcome) -> Send:
    own = (b"x-request-id", request_id.encode())

    async def finishing(message: Message) -> None:
        if message["type"] == "http.response.start":
            outcome.status = message["status"]
            _add_headers(message, own)
        await send(message)

    return finishing


def _add_headers(message: MutableMapping[str, Any], own: tuple[bytes, bytes]) -> None:
    headers = list(message["headers"])
    # What does not say how long it may be kept is not kept.
    if not any(name == _NO_STORE[0] for name, _ in headers):
        headers.append(_NO_STORE)
    headers += (_NO_SNIFFING, own)
    message["headers"] = headers
