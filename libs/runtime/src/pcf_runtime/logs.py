"""Log lines as ECS JSON, each with the request it belongs to; configured by main, never at import."""

import logging
import sys
from typing import Final, TextIO

import ecs_logging

from pcf_runtime import request_context, trace_context

_HANDLER_NAME: Final = "pcf"
# Said elsewhere in the line, the same in every line of a container, or found by searching for the message.
_LEFT_OUT: Final = ("log.original", "log.origin", "process")


def configure(*, service: str, level: str = "INFO", stream: TextIO | None = None) -> None:
    """Send everything logged in this process to `stream` (stderr); a second call replaces the first."""
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.name = _HANDLER_NAME
    formatter = ecs_logging.StdlibFormatter(exclude_fields=_LEFT_OUT, extra={"service.name": service})
    handler.setFormatter(formatter)
    handler.addFilter(_with_request)
    root = logging.getLogger()
    for old in [known for known in root.handlers if known.name == _HANDLER_NAME]:
        root.removeHandler(old)
    root.addHandler(handler)
    root.setLevel(level)


def _with_request(record: logging.LogRecord) -> bool:
    context = request_context.current()
    if context.request_id:
        record.__dict__["http.request.id"] = context.request_id
        record.__dict__["pcf.request_id"] = context.request_id
        record.__dict__["pcf.actor"] = context.actor
        record.__dict__["pcf.tenant"] = context.tenant
    if parent := trace_context.current().get("traceparent"):
        record.__dict__["trace.id"] = parent.split("-")[1]
    if context.build:
        record.__dict__.setdefault("pcf.build", context.build)
    return True
