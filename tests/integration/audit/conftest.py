"""Logs on real databases: who may do what, and what happens when the database fails."""

import asyncio
import base64
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace

import pytest
from pcf_audit.adapters.clock import SystemClock
from pcf_audit.adapters.postgres_opening import open_postgres
from pcf_audit.adapters.postgres_store import PostgresEventStore
from pcf_audit.domain import instant
from pcf_audit.domain.event import Event, Outcome
from pcf_audit.domain.selection import Filter
from pcf_audit.ledger import Ledger
from pcf_audit.metrics import AuditMetrics
from pcf_audit.notary import Notary
from pcf_audit.vault import Vault
from pcf_runtime.postgres import migrations
from pcf_runtime.postgres.pool import connect
from pcf_runtime.sealing import Sealer
from pcf_runtime.signed_note import Signer
from prometheus_client import CollectorRegistry

SIGNER = Signer("pcf-builder.audit", bytes(32))
MASTER = base64.b64encode(bytes(32)).decode()
EventMaker = Callable[..., Event]


@dataclass(frozen=True, slots=True)
class Instance:
    """One of several that share a log."""

    store: PostgresEventStore
    ledger: Ledger

    async def stored(self) -> list[str]:
        """The ids of all events, the oldest first; the log must hold."""
        assert (await self.ledger.verify()).broken is None
        return [recorded.event.event_id async for recorded in self.ledger.export(Filter())]


@asynccontextmanager
async def instance_on(url: str, *, statement_timeout_s: float = 10.0) -> AsyncIterator[Instance]:
    """An instance of the service on this database."""
    async with open_postgres(url, statement_timeout_s=statement_timeout_s) as store:
        ledger = Ledger(
            store,
            vault=Vault(store, [Sealer.parse(MASTER)], elapsed_s=lambda: 0.0),
            notary=Notary(SIGNER, origin=SIGNER.name),
            clock=SystemClock(),
            metrics=AuditMetrics(CollectorRegistry()),
            max_batch_events=1_000,
            max_waiting_events=100_000,
        )
        yield Instance(store, ledger)
        await ledger.close()


async def migrate(url: str) -> None:
    """As the database's owner."""
    connection = await connect(url, application="test")
    await migrations.apply(connection, migrations.shipped("pcf_audit"))
    await connection.close()


async def until(condition: Callable[[], Awaitable[object]]) -> None:
    """Asks again and again until the answer is yes: what is waited for happens in another process."""
    async with asyncio.timeout(20):
        while not await condition():  # noqa: ASYNC110 - no event of ours tells
            await asyncio.sleep(0.01)


@pytest.fixture
async def audit_url(database_url: str) -> str:
    """A database with an empty log."""
    await migrate(database_url)
    return database_url


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
            details={"kind": "star-rating", "number": str(number)},
        )
        return replace(event, **parts)

    return make


__all__ = ["MASTER", "SIGNER", "EventMaker", "Instance", "instance_on", "migrate", "until"]
