"""A second try beside a slow first one: whichever answers first is taken."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, TypeVar

__all__ = ["first_answer"]

T = TypeVar("T")

Try = Coroutine[Any, Any, T | None]


async def first_answer(
    first: Try[T], beside: Callable[[], Awaitable[Try[T] | None]], *, after_s: float
) -> tuple[T | None, bool | None]:
    """The answer, if one of both has one, and whether the second gave it; None for the latter if there was no second.

    `beside` is asked for a second try once the first has taken so long. What is still under way in the end is
    cancelled.
    """
    running = [asyncio.create_task(first)]
    try:
        ended, _ = await asyncio.wait(running, timeout=after_s)
        if not ended and (second := await beside()) is not None:
            running.append(asyncio.create_task(second))
        pending = set(running)
        while pending:
            ended, pending = await asyncio.wait(pending, return_when=asyncio.FIRST_COMPLETED)
            # In the order of preference, if both have answered.
            for task in (each for each in running if each in ended):
                if (answer := task.result()) is not None:
                    return answer, task is running[-1] if len(running) > 1 else None
        return None, False if len(running) > 1 else None
    finally:
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
