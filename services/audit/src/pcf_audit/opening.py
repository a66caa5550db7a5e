"""Opens the log that the settings name: its store, whichever it is, and the keys that go with it."""

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Protocol

from prometheus_client import CollectorRegistry

from pcf_audit.keyring import Keyring
from pcf_audit.ledger import Ledger
from pcf_audit.metrics import AuditMetrics
from pcf_audit.notary import Notary
from pcf_audit.ports import Clock, EventStore, KeyStore
from pcf_audit.settings import AuditSettings
from pcf_audit.vault import Vault

__all__ = ["Log", "Store", "open_log"]


class Store(EventStore, KeyStore, Protocol):
    """One database keeps both."""


@dataclass(frozen=True, slots=True)
class Log:
    """An open log."""

    store: Store
    notary: Notary
    vault: Vault

    def ledger(self, settings: AuditSettings, *, clock: Clock, metrics: AuditMetrics) -> Ledger:
        """Its operations; to be closed before the log is."""
        return Ledger(
            self.store,
            vault=self.vault,
            notary=self.notary,
            clock=clock,
            metrics=metrics,
            max_batch_events=settings.max_batch_events,
            max_waiting_events=settings.max_waiting_events,
        )


@asynccontextmanager
async def open_log(
    settings: AuditSettings, *, clock: Clock, registry: CollectorRegistry | None = None
) -> AsyncIterator[Log]:
    """A database that is away is waited for; one that can never serve is a CannotStartError."""
    keys = Keyring.of(settings)
    shared = settings.database_url.get_secret_value()
    opened = _postgres(settings, registry) if shared else _sqlite(settings, keys, clock)
    async with opened as store:
        yield Log(store, keys.notary, Vault(store, keys.masters, elapsed_s=time.monotonic))


@asynccontextmanager
async def _sqlite(settings: AuditSettings, keys: Keyring, clock: Clock) -> AsyncIterator[Store]:
    from pcf_audit.adapters.sqlite_store import open_sqlite  # noqa: PLC0415 - who has PostgreSQL needs none of it
    from pcf_audit.adapters.sqlite_takeover import take_over  # noqa: PLC0415 - likewise

    async with open_sqlite(settings.database, clock=clock) as store:
        await take_over(store, notary=keys.notary, database=settings.database)
        yield store


@asynccontextmanager
async def _postgres(settings: AuditSettings, registry: CollectorRegistry | None) -> AsyncIterator[Store]:
    from pcf_audit.adapters.postgres_opening import open_postgres  # noqa: PLC0415 - asyncpg is slow to load

    async with open_postgres(settings.source("database_url"), registry=registry) as store:
        yield store
