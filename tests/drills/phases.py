"""A drill in phases: in each one thing that the services stand on goes away and comes back, under load."""

import asyncio
import statistics
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any

from tests.drills.load import Made, Makers

__all__ = ["Phase", "Told", "run", "until"]

_PATIENCE_S = 180.0
_PAUSE_S = 0.02


@dataclass(frozen=True, slots=True)
class Phase:
    """What is done to the system, and how often."""

    name: str
    disturb: Callable[[], Awaitable[None]]
    rounds: int


@dataclass(frozen=True, slots=True)
class Told:
    """What builds that ended in a phase had to wait."""

    name: str
    waited_s: Sequence[float]

    def row(self) -> tuple[str, str]:
        if not self.waited_s:
            return self.name, "no build ended"
        middle, longest = statistics.median(self.waited_s), max(self.waited_s)
        return (
            f"{self.name}: {len(self.waited_s):,} builds ended, median and longest",
            f"{middle:.2f} s, {longest:.2f} s",
        )


async def run(phases: Sequence[Phase], makers: Makers, *, working: "asyncio.Future[list[Made]]") -> list[Told]:
    """Each phase's rounds, with builds that end before, between and after."""
    told = []
    for phase in phases:
        print(f"  {phase.name}", flush=True)
        first = len(makers.ended)
        for _ in range(phase.rounds):
            await _more(makers, working)
            await phase.disturb()
        await _more(makers, working)
        told.append(Told(phase.name, [made.waited_s for made in makers.ended[first:]]))
    return told


async def _more(makers: Makers, working: "asyncio.Future[list[Made]]") -> None:
    """Until as many builds more have ended as makers are at work."""
    wanted = len(makers.ended) + makers.count
    await until(lambda: len(makers.ended) >= wanted, working)


async def until(condition: Callable[[], bool], working: "asyncio.Future[Any]") -> None:
    """Until it is so; an error of who works meanwhile ends the drill."""
    ends_at = time.monotonic() + _PATIENCE_S
    while not condition():
        if working.done():
            working.result()
        if time.monotonic() > ends_at:
            raise RuntimeError(f"for {_PATIENCE_S:g} s hardly a build has ended")
        await asyncio.sleep(_PAUSE_S)
