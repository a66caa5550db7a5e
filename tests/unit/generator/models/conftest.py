"""What the tests of the router are handed: a router over told providers, in no time."""

import asyncio
import random
from collections import Counter
from dataclasses import dataclass, field

import pytest
from pcf_generator.models.breakers import LocalBreakers
from pcf_generator.models.calls import Call
from pcf_generator.models.money import Payer, Price
from pcf_generator.models.policy import Policy
from pcf_generator.models.router import Candidate, Router

from tests.unit.generator.doubles.providers import QuickLoop, now
from tests.unit.generator.doubles.purse import MemoryPurse

SCHEMA = {
    "type": "object",
    "properties": {"answer": {"type": "string", "maxLength": 20}},
    "required": ["answer"],
    "additionalProperties": False,
}


@dataclass
class Sightings:
    """Implements `RouterObserver`."""

    calls: list[tuple[str, str]] = field(default_factory=list)
    spendings: list = field(default_factory=list)
    breakers: dict = field(default_factory=dict)
    counts: Counter = field(default_factory=Counter)

    def called(self, provider, model, outcome, latency_s):
        self.calls.append((provider, outcome))

    def spent(self, spent):
        self.spendings.append(spent)

    def breaker(self, provider, model, state):
        self.breakers[provider] = state

    def retry_denied(self):
        self.counts["denied"] += 1

    def hedged(self, *, won):
        self.counts["won" if won else "lost"] += 1


@dataclass
class Desk:
    """A router, and everything around it."""

    router: Router
    purse: MemoryPurse
    seen: Sightings
    breakers: LocalBreakers
    payer: Payer = field(default_factory=lambda: Payer("contoso", "b1"))
    call: Call = field(
        default_factory=lambda: Call(
            "INTERPRET_INTENT", "Be brief.", "a rating", "intent", SCHEMA, max_output_tokens=50
        )
    )

    async def ask(self, *, within_s=30.0, **more):
        return await self.router.ask(self.call, self.payer, ends_at=now() + within_s, **more)


def pytest_asyncio_loop_factories(item):
    return {"quick": QuickLoop} if "quick" in item.fixturenames else {"real": asyncio.new_event_loop}


@pytest.fixture
def quick():
    """In tests that ask for this, time passes at once."""


@pytest.fixture
def desk(quick):
    """Opens a router over providers; the keywords are the policy's."""

    def open_desk(*providers, purse=None, seed=7, timeout_s=20.0, key_stamp=lambda: None, **policy):
        rules = Policy(**policy)
        purse, seen = purse or MemoryPurse(), Sightings()
        breakers = LocalBreakers(rules.breaker, clock=now)
        price = Price(1_000_000, 2_000_000)
        candidates = [Candidate(each, price, timeout_s, key_stamp) for each in providers]
        router = Router(
            candidates,
            purse,
            policy=rules,
            breakers=breakers,
            chance=random.Random(seed),  # noqa: S311 - jitter
            observer=seen,
            clock=now,
        )
        return Desk(router, purse, seen, breakers)

    return open_desk
