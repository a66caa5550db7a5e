"""Ends tasks for good."""

import asyncio
from typing import Any, Final

__all__ = ["end"]

_AGAIN_S: Final = 0.5


async def end(task: "asyncio.Task[Any]") -> None:
    """Cancel a task and wait until it has ended.

    Again and again: a cancellation that meets the end of what the task waits for can come out as that call's own
    failure, and a task that lives on after failures would then live on for ever, and with it who waits for its end.
    """
    while not task.done():
        task.cancel()
        await asyncio.wait({task}, timeout=_AGAIN_S)
