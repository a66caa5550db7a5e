"""Turns what a handler raises into a status; the only place that does, so servicers never catch.

A ServiceError is told in full. Anything else is a fault of ours: the log gets its stack, the caller "internal
error", for the text of an unforeseen exception may hold anything.
"""

import logging
from typing import Final

import grpc

from pcf_runtime.errors import Internal, ServiceError
from pcf_runtime.interceptors.layers import Call, Layer, Proceed
from pcf_runtime.status import to_status

_logger: Final = logging.getLogger("pcf.rpc")


def errors(domain: str) -> Layer:
    async def layer(call: Call, proceed: Proceed) -> None:
        try:
            await proceed()
        except grpc.aio.AbortError:
            raise  # ended already by context.abort; an Exception like others, and not a fault
        except ServiceError as error:
            await _abort(call, error, domain)
        except Exception:
            _logger.exception("rpc failed unexpectedly", extra={"pcf.rpc": call.rpc})
            await _abort(call, Internal("INTERNAL", "internal error"), domain)

    return layer


async def _abort(call: Call, error: ServiceError, domain: str) -> None:
    call.reason = error.reason
    status = to_status(error, domain=domain)
    # Not abort_with_status: under OpenTelemetry's interceptor that leaves the span's code at 0.
    await call.context.abort(status.code, status.details, status.trailing_metadata or ())
