"""Log lines as ECS JSON, each with the request it belongs to; configured by main, never at import."""

import logging
import sys
from collections.abc import Iterable
from typing import Final, TextIO

import ecs_logging

from pcf_runtime import request_context, trace_context
from pcf_runtime.redaction import Redactor

_HANDLER_NAME: Final = "pcf"
# Said elsewhere in the line, the same in every line of a container, or found by searching for the message.
_LEFT_OUT: Final = ("log.original", "log.origin", "process")


def configure(*, service: str, level: str = "INFO", stream: TextIO | None = None, secrets: Iterable[str] = ()) -> None:
    """Send everything logged in this process to `stream` (stderr); a second call replaces the first.

    `secrets` are in no line, whoever wrote it, and neither is what looks like a credential.
    """
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.name = _HANDLER_NAME
    handler.setFormatter(_Lines(service, Redactor(secrets)))
    handler.addFilter(_with_request)
    root = logging.getLogger()
    for old in [known for known in root.handlers if known.name == _HANDLER_NAME]:
        root.removeHandler(old)
    root.addHandler(handler)
    root.setLevel(level)


class _Lines(ecs_logging.StdlibFormatter):
    """Redacts the whole line: messages, fields, errors and their stacks."""

    def __init__(self, service: str, redactor: Redactor) -> None:
        super().__init__(exclude_fields=_LEFT_OUT, extra={"service.name": service})
        self._redactor = redactor

    def format(self, record: logging.LogRecord) -> str:
        return self._redactor.redact(super().format(record))


def _with_request(record: logging.LogRecord) -> bool:
    context = request_context.current()
    if context.request_id:
        record.__dict__["http.request.id"] = context.request_id
        record.__dict__["pcf.request_id"] = context.request_id
        record.__dict__["pcf.actor"] = context.actor
        record.__dict__["pcf.tenant"] = context.tenant
    trace_id, span_id = trace_context.ids()
    if trace_id:
        record.__dict__["trace.id"] = trace_id
    if span_id:
        record.__dict__["span.id"] = span_id
    if context.build:
        record.__dict__.setdefault("pcf.build", context.build)
    return True
