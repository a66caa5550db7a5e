"""Waiting for a condition, for tests of what recovers by itself."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest


@pytest.fixture
def eventually() -> Callable[..., Awaitable[Any]]:
    """Asks until the answer is yes; errors of the kinds named count as no."""

    async def ask(question: Callable[[], Awaitable[Any]], *, passing: Any = (), within_s: float = 20.0) -> Any:
        async with asyncio.timeout(within_s):
            while True:
                try:
                    if answer := await question():
                        return answer
                except passing:
                    pass
                await asyncio.sleep(0.02)

    return ask
