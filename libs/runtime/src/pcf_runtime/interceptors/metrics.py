"""Counts and times every call."""

import time

from pcf_runtime.interceptors.layers import Call, Layer, Proceed
from pcf_runtime.metrics import RpcMetrics


def metrics(rpc_metrics: RpcMetrics) -> Layer:
    async def layer(call: Call, proceed: Proceed) -> None:
        began = time.perf_counter()
        rpc_metrics.started(call.rpc)
        try:
            await proceed()
        finally:
            rpc_metrics.finished(call.rpc, code=call.code(), seconds=time.perf_counter() - began)

    return layer
