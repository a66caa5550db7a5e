"""A span around one operation on a store, named after the method that asks for it."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from functools import lru_cache, partial
from typing import Any, Final

from pcf_runtime import trace_context
from pcf_runtime.trace_context import Span

__all__ = ["operation"]

_LOCAL: Final = ".<locals>"


def operation(system: str, work: Callable[..., Any]) -> AbstractContextManager[Span | None]:
    """`system` is one of OpenTelemetry's names: `postgresql`, `sqlite`, `redis`, or `s3`.

    Only what the code calls it gets into the span, so that neither statements nor keys do.
    """
    if trace_context.recording() is None:
        return trace_context.span("")
    name = _named(getattr(work.func if isinstance(work, partial) else work, "__qualname__", "call"))
    return trace_context.span(f"{system} {name}", "client", {"db.system.name": system, "db.operation.name": name})


@lru_cache(maxsize=512)
def _named(qualified: str) -> str:
    """`create` of `PostgresBuildStore.create.<locals>.<lambda>`."""
    return qualified.partition(_LOCAL)[0].rpartition(".")[2].strip("_")
