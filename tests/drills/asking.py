"""How the running product is asked for the main job: alone, by as many as bring the most, at a rate."""

import asyncio
import random
import time
from itertools import count

from tests.drills.doors import Door, Doors
from tests.drills.product import Product
from tests.drills.rest_load import Crowd

__all__ = ["LOOKS", "WARM_S", "Asking", "ended"]

LOOKS = 2
"""At builds and lists, with each job."""
WARM_S = 5.0
_ALONE = 20
_MAKERS = 12
_CAPACITY_S = 15.0


class Asking:
    """Jobs that are all different: nothing of an earlier build can be taken again."""

    def __init__(self, running: Product, seed: int) -> None:
        self._seed = seed
        self._numbers = count(1)
        self._doors = Doors([Door(running.edge.port, running.edge.trusting)], random.Random(seed))

    def crowd(self) -> Crowd:
        """New clients."""
        return Crowd(self._doors, seed=self._seed, prompts=lambda: f"a star rating named Rating{next(self._numbers)}")

    async def alone(self) -> Crowd:
        """One job after the other."""
        crowd = self.crowd()
        for _ in range(_ALONE):
            await crowd.arrive(since=time.monotonic(), looks=LOOKS)
        return crowd

    async def capacity(self) -> float:
        """Jobs a second that as many makers as bring the most get done, each with its next job when one has ended."""
        crowd = self.crowd()
        over = asyncio.Event()

        async def maker() -> None:
            while not over.is_set():
                await crowd.arrive(since=time.monotonic(), looks=LOOKS)

        makers = [asyncio.create_task(maker()) for _ in range(_MAKERS)]
        await asyncio.sleep(WARM_S)
        before, began = ended(crowd), time.monotonic()
        await asyncio.sleep(_CAPACITY_S)
        rate = (ended(crowd) - before) / (time.monotonic() - began)
        over.set()
        await asyncio.gather(*makers)
        return rate

    async def at_rate(self, rate: float, *, seconds: float, crowd: Crowd) -> None:
        """Jobs at random moments, so many a second, whether earlier ones have ended or not; returns when all have."""
        chance, at = random.Random(self._seed), time.monotonic()
        ends_at = at + seconds
        async with asyncio.TaskGroup() as group:
            while (at := at + chance.expovariate(rate)) < ends_at:
                await asyncio.sleep(max(0.0, at - time.monotonic()))
                group.create_task(crowd.arrive(since=at, looks=LOOKS))


def ended(crowd: Crowd) -> int:
    """How many jobs have come to their file."""
    return sum(1 for job in crowd.jobs if job.took_s)
