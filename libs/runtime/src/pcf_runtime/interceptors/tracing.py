"""Takes the caller's W3C trace context and keeps it for the calls onward."""

from pcf_runtime import trace_context
from pcf_runtime.interceptors.layers import Call, Proceed


async def tracing(call: Call, proceed: Proceed) -> None:
    with trace_context.bind(call.metadata):
        await proceed()
