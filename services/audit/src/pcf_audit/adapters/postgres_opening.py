"""Opens the log's PostgreSQL database."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Final

from pcf_runtime.postgres.migrations import shipped
from pcf_runtime.postgres.pool import open_pool

from pcf_audit.adapters.postgres_store import PostgresEventStore
from pcf_audit.errors import StoreUnavailable

__all__ = ["open_postgres"]

_NEVER_SORT: Final = "enable_sort=off"
"""There is an index in the order of every page. A plan made for the average actor would rather fetch all events and
sort them, which is a million for the actor that is a service."""


@asynccontextmanager
async def open_postgres(url: str, *, statement_timeout_s: float = 10.0) -> AsyncIterator[PostgresEventStore]:
    """A database that is away is waited for; CannotStartError when it can never serve or its schema does not fit."""
    planned = f"{url}{'&' if '?' in url else '?'}{_NEVER_SORT}"
    async with open_pool(planned, application="pcf-audit", statement_timeout_s=statement_timeout_s) as pool:
        store = PostgresEventStore(pool, schema=shipped("pcf_audit"))
        # Away: the service starts, and its readiness tells.
        with suppress(StoreUnavailable):
            await store.check()
        yield store
