"""Opens the log's PostgreSQL database."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Final

from pcf_runtime.postgres.migrations import shipped
from pcf_runtime.postgres.pool import DatabaseUrl, open_pool
from pcf_runtime.postgres.pool_metrics import tell_connections
from prometheus_client import CollectorRegistry

from pcf_audit.adapters.postgres_store import PostgresEventStore
from pcf_audit.errors import StoreUnavailable

__all__ = ["open_postgres"]

_NEVER_SORT: Final = {"enable_sort": "off"}
"""There is an index in the order of every page. A plan made for the average actor would rather fetch all events and
sort them, which is a million for the actor that is a service."""


@asynccontextmanager
async def open_postgres(
    url: DatabaseUrl, *, statement_timeout_s: float = 10.0, registry: CollectorRegistry | None = None
) -> AsyncIterator[PostgresEventStore]:
    """A database that is away is waited for; CannotStartError when it can never serve or its schema does not fit."""
    async with open_pool(
        url, application="pcf-audit", statement_timeout_s=statement_timeout_s, session=_NEVER_SORT
    ) as pool:
        if registry is not None:
            tell_connections(pool, registry)
        store = PostgresEventStore(pool, schema=shipped("pcf_audit"))
        # Away: the service starts, and its readiness tells.
        with suppress(StoreUnavailable):
            await store.check()
        yield store
