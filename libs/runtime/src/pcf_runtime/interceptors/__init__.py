"""What surrounds every call of every server: one layer per file, all applied by layers.py.

The order, outermost first, and why:

    tracing      everything else happens inside the caller's trace
    request id   every log line below carries it
    metrics      counts what the layers below refuse, too
    logging      says how the call ended, whoever ended it
    errors       turns what is raised below into a status; above it there are only statuses
    deadline     refuses or cuts what comes too late, and its refusal is an error like any other
    callers      refuses who may not call this, before anything is spent on it; there with TLS only
    concurrency  refuses what is too much, before any work is done
    validation   looks at the message: the first layer that costs something

Health and reflection pass by all layers: a probe must be answered when the server is full, and would drown the log.
"""

from pcf_runtime.interceptors.concurrency import concurrency
from pcf_runtime.interceptors.deadline import deadline
from pcf_runtime.interceptors.errors import errors
from pcf_runtime.interceptors.layers import Call, Layer, Layers
from pcf_runtime.interceptors.logging import logging
from pcf_runtime.interceptors.metrics import metrics
from pcf_runtime.interceptors.request_id import request_id
from pcf_runtime.interceptors.tracing import tracing
from pcf_runtime.interceptors.validation import validation
from pcf_runtime.metrics import RpcMetrics
from pcf_runtime.tracing.tracing import OFF, Tracing

__all__ = ["Call", "Layer", "Layers", "server_layers"]


def server_layers(
    *,
    domain: str,
    rpc_metrics: RpcMetrics,
    default_deadline_s: float,
    max_concurrent: int,
    callers: Layer | None = None,
    traces: Tracing = OFF,
) -> Layers:
    return Layers(
        (
            tracing(traces),
            request_id,
            metrics(rpc_metrics),
            logging,
            errors(domain),
            deadline(default_deadline_s),
            *([callers] if callers else []),
            concurrency(max_concurrent),
            validation(),
        )
    )
