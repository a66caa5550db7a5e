"""Events to append, and every store that the service can use, each behind the same fixture."""

import base64
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import settings
from pcf_audit.adapters.postgres_opening import open_postgres
from pcf_audit.adapters.sqlite_store import open_sqlite
from pcf_audit.domain import instant
from pcf_audit.domain.event import Event, Outcome
from pcf_audit.domain.growth import Growth
from pcf_audit.domain.tenant_key import Sealed
from pcf_audit.domain.tree import EMPTY, Batch
from pcf_audit.ledger import Ledger
from pcf_audit.metrics import AuditMetrics
from pcf_audit.notary import Notary
from pcf_audit.opening import Store
from pcf_audit.vault import Vault
from pcf_runtime.postgres import migrations
from pcf_runtime.postgres.pool import connect
from pcf_runtime.sealing import Sealer
from pcf_runtime.signed_note import Signer
from pcf_runtime.testing import FakeClock
from prometheus_client import CollectorRegistry

from tests.unit.audit.memory_store import MemoryStore

# Examples run on machines that do other work too: a slow one is no fault.
settings.register_profile("no-deadline", deadline=None)
settings.load_profile("no-deadline")

ORIGIN = "test.audit"
EventMaker = Callable[..., Event]
BatchMaker = Callable[[Sequence[Event]], list[Batch]]
StoreOpener = Callable[[], AbstractAsyncContextManager[Store]]


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
def signer() -> Signer:
    return Signer(ORIGIN, bytes(32))


@pytest.fixture
def notary(signer: Signer) -> Notary:
    return Notary(signer, origin=ORIGIN)


@pytest.fixture(scope="session")
def make_batches(signer: Signer) -> BatchMaker:
    """What appending these events leaves in a new log, one a transaction, one second between two; nothing is sealed."""
    notary = Notary(signer, origin=ORIGIN)

    def make(events: Sequence[Event]) -> list[Batch]:
        batches, head = list[Batch](), EMPTY
        for second, event in enumerate(events):
            growth = Growth(head, known=(), now_ns=second * 1_000_000_000)
            growth.admit([Sealed(event, event.actor)])
            batch = growth.batch()
            head = notary.sign(batch.head)
            batches.append(replace(batch, head=head))
        return batches

    return make


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


# A new store is one more line here: it must pass every test that takes `open_store` or `store`.
@pytest.fixture(params=["memory", "sqlite", "postgres"])
def open_store(request: pytest.FixtureRequest, tmp_path: Path, clock: FakeClock) -> StoreOpener:
    """Opens the same log again and again."""
    memory = MemoryStore()

    @asynccontextmanager
    async def remembered() -> AsyncIterator[Store]:
        yield memory

    openers: dict[str, Callable[[], StoreOpener]] = {
        "memory": lambda: remembered,
        "sqlite": lambda: lambda: open_sqlite(tmp_path / "audit.db", clock=clock),
        "postgres": lambda: _on_postgres(request.getfixturevalue("database_url")),
    }
    return openers[request.param]()


def _on_postgres(url: str) -> StoreOpener:
    steps = migrations.shipped("pcf_audit")

    @asynccontextmanager
    async def opened() -> AsyncIterator[Store]:
        connection = await connect(url, application="test")
        await migrations.apply(connection, steps)
        await connection.close()
        async with open_postgres(url) as store:
            yield store

    return opened


@pytest.fixture
async def store(open_store: StoreOpener) -> AsyncIterator[Store]:
    async with open_store() as opened:
        yield opened


@pytest.fixture
def registry() -> CollectorRegistry:
    return CollectorRegistry()


@pytest.fixture
def master() -> Sealer:
    return Sealer.parse(base64.b64encode(bytes(32)).decode())


@pytest.fixture
def vault(store: Store, master: Sealer, clock: FakeClock) -> Vault:
    return Vault(store, [master], elapsed_s=lambda: clock.now().timestamp())


@pytest.fixture
async def ledger(
    store: Store, vault: Vault, notary: Notary, clock: FakeClock, registry: CollectorRegistry
) -> AsyncIterator[Ledger]:
    ledger = Ledger(
        store,
        vault=vault,
        notary=notary,
        clock=clock,
        metrics=AuditMetrics(registry),
        max_batch_events=1_000,
        max_waiting_events=20_000,
    )
    yield ledger
    await ledger.close()
