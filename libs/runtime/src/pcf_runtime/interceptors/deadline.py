"""Keeps the time a call has left for the calls onward, and refuses or ends what comes too late."""

import asyncio

from pcf_runtime.deadlines import MEANINGFUL_WORK_S, bind_time_left
from pcf_runtime.errors import DeadlineExceeded
from pcf_runtime.interceptors.layers import Call, Layer, Proceed


def deadline(default_s: float) -> Layer:
    """`default_s` holds for callers who set no deadline: nobody waits for ever, so no work does."""

    async def layer(call: Call, proceed: Proceed) -> None:
        # None without a deadline, which the type stubs do not know.
        left: float | None = call.context.time_remaining()
        if left is None:
            await _at_most(default_s, proceed)
            return
        if left < MEANINGFUL_WORK_S:
            message = f"Only {max(left, 0) * 1000:.0f} ms are left, too few to do anything."
            raise DeadlineExceeded("TOO_LITTLE_TIME", message)
        with bind_time_left(left):  # gRPC itself cancels the handler at the deadline
            await proceed()

    return layer


async def _at_most(seconds: float, proceed: Proceed) -> None:
    limit = asyncio.timeout(seconds)
    try:
        async with limit:
            with bind_time_left(seconds):
                await proceed()
    except TimeoutError as error:
        if not limit.expired():
            raise  # the handler's own
        message = f"Not done after {seconds:g} s, the limit for calls without a deadline."
        raise DeadlineExceeded("DEFAULT_DEADLINE_EXCEEDED", message) from error
