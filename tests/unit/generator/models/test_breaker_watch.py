"""How circuits stand is told though nobody asks."""

import asyncio
from types import SimpleNamespace

from pcf_generator.models.answers import Unobserved
from pcf_generator.models.breaker_watch import watched
from pcf_generator.models.breakers import BreakerRules, BreakerState, LocalBreakers

RULES = BreakerRules(in_a_row=1, rest_s=10.0)


class Seen(Unobserved):
    def __init__(self):
        self.states = asyncio.Queue()

    def breaker(self, provider, model, state):
        self.states.put_nowait((provider, model, state))


async def test_the_end_of_a_rest_is_told():
    now, seen = [100.0], Seen()
    breakers = LocalBreakers(RULES, clock=lambda: now[0])
    candidate = SimpleNamespace(target="openai/a", provider=SimpleNamespace(provider="openai", model="a"))
    await breakers.ended("openai/a", healthy=False)
    async with asyncio.timeout(10), watched(breakers, [candidate], seen, every_s=0.001):
        assert ("openai", "a", BreakerState.OPEN) == await seen.states.get()
        now[0] += RULES.rest_s
        while await seen.states.get() != ("openai", "a", BreakerState.HALF_OPEN):
            pass
