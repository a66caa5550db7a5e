"""Events to append, and every store that the service can use, each behind the same fixture."""

import asyncio
from collections.abc import AsyncIterator, Callable, Collection, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import settings
from pcf_audit.adapters.sqlite_store import open_sqlite
from pcf_audit.domain import instant
from pcf_audit.domain.chain import EMPTY, Head, Link
from pcf_audit.domain.event import Entry, Event, Outcome
from pcf_audit.domain.growth import Growth
from pcf_audit.domain.selection import LAST, Selection
from pcf_audit.ledger import Ledger
from pcf_audit.metrics import AuditMetrics
from pcf_audit.ports import EventStore
from pcf_runtime.testing import FakeClock
from prometheus_client import CollectorRegistry

# Examples run on machines that do other work too: a slow one is no fault.
settings.register_profile("no-deadline", deadline=None)
settings.load_profile("no-deadline")

EventMaker = Callable[..., Event]
LinkMaker = Callable[[Sequence[Event]], list[Link]]
StoreOpener = Callable[[], AbstractAsyncContextManager[EventStore]]


@pytest.fixture(scope="session")
def make_event() -> EventMaker:
    """The nth event of a dull day; any of its parts can be given."""

    def make(number: int = 0, **parts: object) -> Event:
        event = Event(
            event_id=f"{number:026d}",
            type="build.created",
            event_time_ns=instant.from_text("2026-01-01T00:00:00.000000000Z") + number,
            actor="maker@example.com",
            outcome=Outcome.SUCCEEDED,
            build=f"builds/{number // 3:026d}",
            request_id="0c5a4c39-7d4f-4dc5-93a2-0b8c39a4b6a1",
            details={"kind": "star-rating", "number": str(number)},
        )
        return replace(event, **parts)

    return make


@pytest.fixture(scope="session")
def make_links() -> LinkMaker:
    """The chain of these events from the first of a log on, one second between two."""

    def make(events: Sequence[Event]) -> list[Link]:
        head, links = EMPTY, list[Link]()
        for second, event in enumerate(events):
            growth = Growth(head, known=(), now_ns=second * 1_000_000_000)
            growth.admit([event])
            head = growth.head
            links += growth.links
        return links

    return make


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


class MemoryStore:
    """An EventStore that forgets everything."""

    def __init__(self) -> None:
        self.links: list[Link] = []
        self.end = EMPTY
        self._turn = asyncio.Lock()

    @asynccontextmanager
    async def writing(self) -> AsyncIterator["MemoryTransaction"]:
        async with self._turn:
            transaction = MemoryTransaction(list(self.links), self.end)
            yield transaction
            self.links, self.end = transaction.links, transaction.end

    async def head(self) -> Head:
        return self.end

    async def find(self, event_id: str) -> Link | None:
        return next((link for link in self.links if _event(link).event_id == event_id), None)

    async def read(self, selection: Selection, *, newest_first: bool, limit: int) -> Sequence[Link]:
        links = [link for link in self.links if _fits(link, selection)]
        return sorted(links, key=lambda link: link.index, reverse=newest_first)[:limit]

    async def index_at(self, time_ns: int) -> int:
        late = (entry.index for entry in map(_entry, self.links) if entry.record_time_ns >= time_ns)
        return min(late, default=LAST)


class MemoryTransaction:
    def __init__(self, links: list[Link], end: Head) -> None:
        self.links = links
        self.end = end

    async def head(self) -> Head:
        return self.end

    async def known(self, event_ids: Collection[str]) -> Sequence[Link]:
        return [link for link in self.links if _event(link).event_id in event_ids]

    async def add(self, links: Sequence[Link], head: Head) -> None:
        self.links.extend(links)
        self.end = head


def _entry(link: Link) -> Entry:
    return Entry.from_content(link.content)


def _event(link: Link) -> Event:
    return _entry(link).event


def _fits(link: Link, selection: Selection) -> bool:
    event = _event(link)
    wanted = {selection.build: event.build, selection.actor: event.actor, selection.type: event.type}
    return selection.first <= link.index < selection.end and all(
        asked in ("", found) for asked, found in wanted.items()
    )


# A new store is one more line here: it must pass every test that takes `open_store` or `store`.
@pytest.fixture(params=["memory", "sqlite"])
def open_store(request: pytest.FixtureRequest, tmp_path: Path, clock: FakeClock) -> StoreOpener:
    """Opens the same log again and again."""
    memory = MemoryStore()

    @asynccontextmanager
    async def remembered() -> AsyncIterator[EventStore]:
        yield memory

    openers: dict[str, StoreOpener] = {
        "memory": remembered,
        "sqlite": lambda: open_sqlite(tmp_path / "audit.db", clock=clock),
    }
    return openers[request.param]


@pytest.fixture
async def store(open_store: StoreOpener) -> AsyncIterator[EventStore]:
    async with open_store() as opened:
        yield opened


@pytest.fixture
def registry() -> CollectorRegistry:
    return CollectorRegistry()


@pytest.fixture
async def ledger(store: EventStore, clock: FakeClock, registry: CollectorRegistry) -> AsyncIterator[Ledger]:
    ledger = Ledger(
        store,
        clock=clock,
        metrics=AuditMetrics(registry),
        max_batch_events=1_000,
        max_waiting_events=20_000,
    )
    yield ledger
    await ledger.close()
