"""One log line per finished request: which route, how it ended, how long it took. Never a payload.

Reads that went well are logged for debugging only: the services behind log them anyway, under the same
request id.
"""

import logging
from dataclasses import replace
from typing import Final

from pcf_runtime import request_context
from starlette.types import Scope

from pcf_gateway.auth.principal import PRINCIPAL, Principal
from pcf_gateway.limits.gate import LIMITED_BY

_logger: Final = logging.getLogger("pcf.http")
_FAULT: Final = 500
_REFUSED: Final = 400
_READS: Final = ("GET", "HEAD")
_PROBES: Final = ("/healthz", "/readyz")
"""Asked every few seconds, and not being ready is no fault; readiness itself is logged when it changes."""


def log_finished(scope: Scope, *, route: str, status: int, seconds: float) -> None:
    level = logging.DEBUG if route in _PROBES else _level(scope["method"], status)
    if not _logger.isEnabledFor(level):
        return
    fields = {
        "http.request.method": scope["method"],
        "http.route": route,
        "http.response.status_code": status,
        "event.duration": int(seconds * 1_000_000_000),
    }
    build = scope.get("path_params", {}).get("build_id")
    if build is not None and status < _REFUSED:
        fields["pcf.build"] = build
    if LIMITED_BY in scope:
        fields["pcf.limit"] = scope[LIMITED_BY]
    with request_context.bind(_with_caller(scope)):
        _logger.log(level, "request finished", extra=fields)


def _with_caller(scope: Scope) -> request_context.RequestContext:
    """The request's context, and whose request it was: known only once it was under way."""
    context = request_context.current()
    principal: Principal | None = scope.get(PRINCIPAL)
    if principal is None:
        return context
    return replace(context, actor=principal.actor, tenant=principal.tenant)


def _level(method: str, status: int) -> int:
    if status >= _FAULT:
        return logging.ERROR
    if status >= _REFUSED or method not in _READS:
        return logging.INFO
    return logging.DEBUG
