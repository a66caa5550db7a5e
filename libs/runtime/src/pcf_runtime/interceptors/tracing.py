"""Continues the caller's trace: as a span of its own where traces are recorded, else for the calls onward."""

from pcf_runtime.interceptors.layers import Call, Layer, Proceed
from pcf_runtime.rpc_attributes import rpc_attributes
from pcf_runtime.tracing.tracing import Tracing


def tracing(traces: Tracing) -> Layer:
    async def layer(call: Call, proceed: Proceed) -> None:
        with traces.request(call.rpc, "server", call.metadata) as span:
            try:
                await proceed()
            finally:
                if span is not None:
                    for name, value in rpc_attributes(call.rpc, call.code()).items():
                        span.set(name, value)
                    if call.reason:
                        span.set("pcf.reason", call.reason)

    return layer
