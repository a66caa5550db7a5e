"""`/healthz` and `/readyz` beside `/metrics`: for orchestrators, whose gRPC probes can present no certificate."""

import json
from collections.abc import Callable, Iterable
from typing import Any, Final

from pcf_runtime.health import Readiness

__all__ = ["with_probes"]

_App = Callable[..., Iterable[bytes]]
_OK: Final = "200 OK"
_NOT_READY: Final = "503 Service Unavailable"


def with_probes(metrics: _App, readiness: Readiness) -> _App:
    """The WSGI application with two pages more; each says what the gRPC health service says."""

    def app(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        page = environ.get("PATH_INFO")
        if page == "/healthz":
            return _answer(start_response, _OK, {"status": "ok"})
        if page == "/readyz":
            waiting_for, away = dict(readiness.waiting_for), dict(readiness.away)
            told = {"ready": not waiting_for, "waiting_for": waiting_for, "away": away}
            return _answer(start_response, _NOT_READY if waiting_for else _OK, told)
        return metrics(environ, start_response)

    return app


def _answer(start_response: Callable[..., Any], status: str, told: dict[str, Any]) -> Iterable[bytes]:
    start_response(status, [("Content-Type", "application/json"), ("Cache-Control", "no-store")])
    return [json.dumps(told).encode()]
