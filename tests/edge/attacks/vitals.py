"""What an attack may leave behind: connections and memory of the edge and its gateways."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import psutil

from tests.edge.attacks.good_traffic import Good, going_on

__all__ = ["Watched", "under_attack"]

_MB = 1024 * 1024
_ENOUGH = 100
"""Good requests at least, while the attack goes on."""
_RECOVERY_S = 60.0
_PAUSE_S = 0.25
# What good traffic alone makes of it: caches and arenas.
_MORE_MB = 64
_KEPT_MB = 256
"""Envoy keeps pages of one attack for the next, a quarter of its heap here; how much is in use it tells."""


@dataclass(frozen=True, slots=True)
class Vitals:
    """At one moment."""

    connections: int
    gateway_connections: int
    edge_mb: float
    edge_used_mb: float
    """Of that, what the edge's allocator has given out."""
    gateways_mb: float

    @classmethod
    def of(cls, stack: Any) -> "Vitals":
        gateways = [psutil.Process(each.pid) for each in stack.gateways]
        return cls(
            sum(stack.edge.counted(f"http.{door}.downstream_cx_active") for door in ("secure", "plain", "quic")),
            sum(len(each.net_connections("tcp")) for each in gateways),
            psutil.Process(stack.edge.process.pid).memory_info().rss / _MB,
            stack.edge.counted("server.memory_allocated") / _MB,
            sum(each.memory_info().rss for each in gateways) / _MB,
        )

    def is_as(self, before: "Vitals") -> bool:
        """Whether nothing is left of what came in between; the edge keeps some connections to gateways for later."""
        return (
            self.connections <= before.connections
            and self.gateway_connections <= before.gateway_connections + 32
            and self.edge_mb <= before.edge_mb + _KEPT_MB
            and self.edge_used_mb <= before.edge_used_mb + _MORE_MB
            and self.gateways_mb <= before.gateways_mb + _MORE_MB
        )

    def __str__(self) -> str:
        return (
            f"{self.connections:6} connections, {self.gateway_connections:4} of gateways, "
            f"edge {self.edge_mb:6.1f} MB "
            f"with {self.edge_used_mb:5.1f} MB in use, gateways {self.gateways_mb:6.1f} MB"
        )


@dataclass(slots=True)
class Watched:
    """What became of good traffic, and the vitals before, at the worst moment and after."""

    good: Good
    before: Vitals
    worst: Vitals
    after: Vitals

    @property
    def recovered(self) -> bool:
        return self.after.is_as(self.before)


@asynccontextmanager
async def under_attack(stack: Any, name: str) -> AsyncIterator[Watched]:
    """The block attacks. Good traffic goes on all the time; afterwards everything must become as it was."""
    async with going_on(stack.edge) as warm:
        await warm.until(_ENOUGH)
    before = await asyncio.to_thread(Vitals.of, stack)
    watched = Watched(Good(), before, before, before)
    async with going_on(stack.edge, watched.good):
        watching = asyncio.create_task(_watch(stack, watched))
        try:
            yield watched
            await watched.good.until(_ENOUGH)
        finally:
            watching.cancel()
    watched.after = await _recovered(stack, before)
    print(f"\n{name}: {watched.good}\n  before {before}\n  worst  {watched.worst}\n  after  {watched.after}")


async def _watch(stack: Any, watched: Watched) -> None:
    while True:
        now = await asyncio.to_thread(Vitals.of, stack)
        worst = watched.worst
        watched.worst = Vitals(
            max(now.connections, worst.connections),
            max(now.gateway_connections, worst.gateway_connections),
            max(now.edge_mb, worst.edge_mb),
            max(now.edge_used_mb, worst.edge_used_mb),
            max(now.gateways_mb, worst.gateways_mb),
        )
        await asyncio.sleep(_PAUSE_S)


async def _recovered(stack: Any, before: Vitals) -> Vitals:
    """As it was, or what it is when the time for that is over."""
    ends_at = asyncio.get_running_loop().time() + _RECOVERY_S
    while True:
        now = await asyncio.to_thread(Vitals.of, stack)
        if now.is_as(before) or asyncio.get_running_loop().time() > ends_at:
            return now
        await asyncio.sleep(_PAUSE_S)
