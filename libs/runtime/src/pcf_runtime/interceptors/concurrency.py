"""Refuses calls beyond a number at once, so that those accepted are answered in time."""

from pcf_runtime.errors import ResourceExhausted
from pcf_runtime.interceptors.layers import Call, Layer, Proceed


def concurrency(limit: int) -> Layer:
    """Not maximum_concurrent_rpcs: that refuses health checks too, and a busy pod would be restarted."""
    running = 0

    async def layer(_call: Call, proceed: Proceed) -> None:
        nonlocal running
        if running >= limit:
            raise ResourceExhausted("TOO_BUSY", f"This server works on {limit} calls already.", retry_after_s=1.0)
        running += 1
        try:
            await proceed()
        finally:
            running -= 1

    return layer
