"""Tells how the circuits stand while nobody asks: an open one that nobody tries would look open for ever."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Final

from pcf_runtime import tasks

from pcf_generator.models.answers import Candidate, RouterObserver
from pcf_generator.models.breakers import Breakers

__all__ = ["watched"]

_EVERY_S: Final = 5.0


@asynccontextmanager
async def watched(
    breakers: Breakers, candidates: Sequence[Candidate], observer: RouterObserver, *, every_s: float = _EVERY_S
) -> AsyncIterator[None]:
    """Until the block ends."""

    async def watch() -> None:
        while True:
            for candidate in candidates:
                provider = candidate.provider
                observer.breaker(provider.provider, provider.model, await breakers.state(candidate.target))
            await asyncio.sleep(every_s)

    watching = asyncio.create_task(watch(), name="watching the circuits")
    try:
        yield
    finally:
        await tasks.end(watching)
