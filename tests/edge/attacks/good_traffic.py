"""What everybody else does meanwhile: reads of builds and new ones, over HTTP/2, each client on its own connection."""

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx

__all__ = ["Good", "going_on"]

_CLIENTS = 4
_PATIENCE_S = 20.0
_SERVED = {"200", "202"}
_NEW = {"prompt": "a toggle switch for newsletter consent"}


@dataclass(slots=True)
class Good:
    """How requests ended: by status, or by the name of what went wrong; and how long they took."""

    ends: Counter[str] = field(default_factory=Counter)
    seconds: list[float] = field(default_factory=list)

    @property
    def success(self) -> float:
        return sum(self.ends[each] for each in _SERVED) / max(1, self.ends.total())

    async def until(self, more: int, *, within_s: float = 120.0) -> None:
        """Returns when so many more have ended."""
        wanted = self.ends.total() + more
        async with asyncio.timeout(within_s):
            while self.ends.total() < wanted:
                await asyncio.sleep(0.01)

    def __str__(self) -> str:
        took = sorted(self.seconds)
        middle, most = took[len(took) // 2] * 1000, took[len(took) * 99 // 100] * 1000
        times = f"half in {middle:.0f} ms, 99 % in {most:.0f} ms"
        return f"{self.success:.1%} of {self.ends.total()} served, {times} {dict(self.ends)}"


@asynccontextmanager
async def going_on(edge: Any, good: Good | None = None) -> AsyncIterator[Good]:
    """Until the block ends; each client waits for its answer before it asks again."""
    good = good or Good()
    over = asyncio.Event()
    clients = [asyncio.create_task(_client(edge, good, over)) for _ in range(_CLIENTS)]
    try:
        yield good
    finally:
        over.set()
        await asyncio.gather(*clients)


async def _client(edge: Any, good: Good, over: asyncio.Event) -> None:
    async with httpx.AsyncClient(
        base_url=edge.url, http2=True, verify=edge.trusting, trust_env=False, timeout=_PATIENCE_S
    ) as client:
        while not over.is_set():
            for request in (client.build_request("GET", "/v1/builds?page_size=5"), _post(client)):
                began = time.perf_counter()
                try:
                    end = str((await client.send(request)).status_code)
                except httpx.HTTPError as error:
                    end = type(error).__name__
                good.ends[end] += 1
                good.seconds.append(time.perf_counter() - began)


def _post(client: httpx.AsyncClient) -> httpx.Request:
    return client.build_request("POST", "/v1/builds", json=_NEW)
