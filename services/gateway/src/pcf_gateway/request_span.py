"""What the span of a request says: its route, how it ended, and whose it was. Never the path that was asked for."""

from typing import Final

from pcf_runtime.trace_context import Span
from starlette.types import Scope

from pcf_gateway.auth.principal import PRINCIPAL, Principal
from pcf_gateway.http_metrics import method_of

__all__ = ["tell_span"]

_FAULT: Final = 500


def tell_span(span: Span, scope: Scope, *, route: str, status: int) -> None:
    method = method_of(scope["method"])
    span.rename(f"{method} {route}")
    span.set("http.request.method", method)
    span.set("http.route", route)
    span.set("http.response.status_code", status)
    principal: Principal | None = scope.get(PRINCIPAL)
    if principal is not None:
        span.set("pcf.tenant", principal.tenant)
    if status >= _FAULT:
        span.fail(str(status))
