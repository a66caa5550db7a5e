"""What becomes of key events when the log refuses some, forgets to answer, or is away."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

import pytest
from pcf_gateway.auth.key_delivery import DeliveryTimes, delivering
from pcf_gateway.auth.key_event import KeyEvent
from pcf_runtime.errors import InvalidArgument, Unavailable
from prometheus_client import CollectorRegistry

NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)
TIMES = DeliveryTimes(idle_s=60.0, first_delay_s=0.001, longest_delay_s=0.002)
EVENTS = [
    KeyEvent(f"{number:026d}", "key.created", NOW, "contoso", "key:ci", "request", "key", "ci", ("admin",))
    for number in range(5)
]


@dataclass
class MemoryTrail:
    events: list[KeyEvent] = field(default_factory=list)
    aside: dict[str, str] = field(default_factory=dict)
    changed: asyncio.Event = field(default_factory=asyncio.Event)
    empty: asyncio.Event = field(default_factory=asyncio.Event)
    full: asyncio.Event = field(default_factory=asyncio.Event)

    async def undelivered(self, *, limit: int) -> Sequence[KeyEvent]:
        return self.events[:limit]

    async def delivered(self, event_ids: Sequence[str]) -> None:
        self.events = [event for event in self.events if event.event_id not in event_ids]

    async def set_aside(self, event_id: str, *, reason: str) -> None:
        self.aside[event_id] = reason
        await self.delivered([event_id])

    async def depth(self) -> int:
        (self.full if self.events else self.empty).set()
        return len(self.events)

    def add(self, *events: KeyEvent) -> None:
        self.events += events
        self.empty.clear()
        self.changed.set()


@dataclass
class Log:
    """Knows what it has by its id; fails as often as it is told to, before or after it has kept what came."""

    refuses: str = ""
    away: int = 0
    forgets: int = 0
    kept: list[KeyEvent] = field(default_factory=list)

    async def append(self, events: Sequence[KeyEvent]) -> None:
        if self.away:
            self.away -= 1
            raise Unavailable("UNAVAILABLE", "Not now.")
        if self.refuses in [event.event_id for event in events]:
            raise InvalidArgument("INVALID_REQUEST", "No.")
        self.kept += [event for event in events if event not in self.kept]
        if self.forgets:
            self.forgets -= 1
            raise Unavailable("UNAVAILABLE", "The answer was lost.")


@pytest.fixture
def trail() -> MemoryTrail:
    return MemoryTrail()


async def deliver(trail: MemoryTrail, log: Log, *events: KeyEvent) -> CollectorRegistry:
    registry = CollectorRegistry()
    async with delivering(trail, log.append, registry=registry, times=TIMES), asyncio.timeout(10):
        trail.add(*events)
        await trail.empty.wait()
    return registry


@pytest.mark.parametrize("log", [Log(), Log(away=3), Log(forgets=2)], ids=["there", "away", "forgetful"])
async def test_everything_arrives_once_and_in_order(trail: MemoryTrail, log: Log):
    registry = await deliver(trail, log, *EVENTS)

    assert EVENTS == log.kept
    assert 0 == registry.get_sample_value("pcf_gateway_audit_outbox_depth")


async def test_what_is_refused_for_good_is_set_aside_and_the_rest_arrives(trail: MemoryTrail):
    log = Log(refuses=EVENTS[2].event_id)
    await deliver(trail, log, *EVENTS)

    assert [*EVENTS[:2], *EVENTS[3:]] == log.kept
    assert {EVENTS[2].event_id: "INVALID_REQUEST: No."} == trail.aside


async def test_what_comes_later_does_not_wait_for_the_next_look(trail: MemoryTrail):
    log = Log()
    async with delivering(trail, log.append, registry=CollectorRegistry(), times=TIMES), asyncio.timeout(10):
        for event in EVENTS:
            trail.add(event)
            await trail.empty.wait()

    assert EVENTS == log.kept


async def test_what_cannot_be_delivered_at_the_end_stays_and_its_number_is_told(trail: MemoryTrail):
    registry, log = CollectorRegistry(), Log(away=1_000_000)
    async with delivering(trail, log.append, registry=registry, times=TIMES), asyncio.timeout(10):
        trail.add(*EVENTS)
        await trail.full.wait()

    assert len(EVENTS) == registry.get_sample_value("pcf_gateway_audit_outbox_depth")
    assert (EVENTS, []) == (trail.events, log.kept)
