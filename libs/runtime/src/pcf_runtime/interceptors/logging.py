"""One line per finished call: which, how it ended, how long it took. Never a payload."""

import logging as log
import time
from typing import Final

import grpc

from pcf_runtime.interceptors.layers import Call, Proceed

_logger: Final = log.getLogger("pcf.rpc")
_LEVELS: Final = {
    grpc.StatusCode.UNKNOWN: log.ERROR,
    grpc.StatusCode.INTERNAL: log.ERROR,
    grpc.StatusCode.DATA_LOSS: log.ERROR,
    grpc.StatusCode.UNAVAILABLE: log.WARNING,
    grpc.StatusCode.DEADLINE_EXCEEDED: log.WARNING,
    grpc.StatusCode.RESOURCE_EXHAUSTED: log.WARNING,
}


async def logging(call: Call, proceed: Proceed) -> None:
    began = time.perf_counter_ns()
    try:
        await proceed()
    finally:
        _line(call, time.perf_counter_ns() - began)


def _line(call: Call, nanoseconds: int) -> None:
    code = call.code()
    fields = {
        "pcf.rpc": call.rpc,
        "pcf.code": code.name,
        "event.duration": nanoseconds,
        "error.code": call.reason or None,
    }
    _logger.log(_LEVELS.get(code, log.INFO), "rpc finished", extra=fields)
