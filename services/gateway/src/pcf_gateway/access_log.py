"""One log line per finished request: which route, how it ended, how long it took. Never a payload.

Reads that went well are logged for debugging only: the services behind log them anyway, under the same
request id.
"""

import logging
from typing import Final

from starlette.types import Scope

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
    _logger.log(level, "request finished", extra=fields)


def _level(method: str, status: int) -> int:
    if status >= _FAULT:
        return logging.ERROR
    if status >= _REFUSED or method not in _READS:
        return logging.INFO
    return logging.DEBUG
