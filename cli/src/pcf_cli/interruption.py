"""Runs a command's work so that Ctrl-C and SIGTERM end it in order: what it holds is let go, what it began is told."""

import asyncio
import os
import signal
from collections.abc import Coroutine
from typing import Any, Final, TypeVar

from pcf_cli.exits import GaveUp

__all__ = ["interruptible"]

_SIGNALS: Final = (signal.SIGINT, signal.SIGTERM)
_Result = TypeVar("_Result")


async def interruptible(work: Coroutine[Any, Any, _Result]) -> _Result:
    """The work's result; GaveUp if a signal ended it. A second signal exits at once."""
    loop = asyncio.get_running_loop()
    task = asyncio.ensure_future(work)
    asked = asyncio.Event()

    def stop(number: signal.Signals) -> None:
        if asked.is_set():
            os._exit(128 + number)
        asked.set()
        task.cancel()

    for number in _SIGNALS:
        loop.add_signal_handler(number, stop, number)
    try:
        return await task
    except asyncio.CancelledError:
        if not asked.is_set():
            raise
        raise GaveUp("Interrupted.") from None
    finally:
        for number in _SIGNALS:
            loop.remove_signal_handler(number)
