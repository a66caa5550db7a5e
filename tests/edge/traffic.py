"""Good clients that go on asking while something happens, and what became of their requests."""

import asyncio
import ssl
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

import httpx

__all__ = ["Asked", "asking"]


@dataclass(slots=True)
class Asked:
    """How requests ended: by status, or by the name of what went wrong."""

    ends: Counter[str] = field(default_factory=Counter)

    @property
    def total(self) -> int:
        return self.ends.total()

    @property
    def failed(self) -> dict[str, int]:
        return {end: count for end, count in self.ends.items() if end != "200"}

    @property
    def success(self) -> float:
        return self.ends["200"] / max(1, self.total)

    async def until(self, count: int, *, within_s: float = 60.0) -> None:
        """Returns when so many more have ended."""
        wanted = self.total + count
        async with asyncio.timeout(within_s):
            while self.total < wanted:
                await asyncio.sleep(0.01)


@asynccontextmanager
async def asking(
    url: str, trusting: ssl.SSLContext, *, clients: int = 4, http2: bool = True, new_connections: bool = False
) -> AsyncIterator[Asked]:
    """GETs of `url` by so many clients at once, until the block ends; each waits for its answer before the next."""
    asked = Asked()
    over = asyncio.Event()
    limits = httpx.Limits(max_keepalive_connections=0) if new_connections else httpx.Limits()
    async with httpx.AsyncClient(http2=http2, verify=trusting, trust_env=False, timeout=20, limits=limits) as client:

        async def ask() -> None:
            while not over.is_set():
                try:
                    end = str((await client.get(url)).status_code)
                except httpx.HTTPError as error:
                    end = type(error).__name__
                asked.ends[end] += 1

        tasks = [asyncio.create_task(ask()) for _ in range(clients)]
        try:
            yield asked
        finally:
            over.set()
            with suppress(asyncio.CancelledError):
                await asyncio.gather(*tasks)
