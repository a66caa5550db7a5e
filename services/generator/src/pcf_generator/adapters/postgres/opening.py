"""Puts the stores together from a URL."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from pcf_runtime.postgres import migrations, pool
from pcf_runtime.postgres.pool import DatabaseUrl
from pcf_runtime.postgres.pool_metrics import tell_connections
from prometheus_client import CollectorRegistry

from pcf_generator.adapters.postgres.build_store import PostgresBuildStore
from pcf_generator.adapters.postgres.database import Database
from pcf_generator.adapters.postgres.notices import Notices, NoticeTimes
from pcf_generator.adapters.postgres.wakeups import Wakeups
from pcf_generator.ports.outside import NewId

__all__ = ["build_store_on", "open_database", "open_store"]

_APPLICATION = "pcf-generator"


@asynccontextmanager
async def open_database(
    url: DatabaseUrl, *, size: int, registry: CollectorRegistry | None = None, reads_suffice: bool = False
) -> AsyncIterator[Database]:
    """What the stores of an instance share; DatabaseUnusableError when no waiting would help.

    A database that is away is waited for: until it is there, with a schema that fits, every method of the stores
    raises StoreUnavailable, and `ping` says why. It says nothing of one that takes no writes if `reads_suffice`.
    """
    async with pool.open_pool(url, application=_APPLICATION, size=size) as connections:
        if registry is not None:
            tell_connections(connections, registry)
        yield Database(connections, migrations.shipped("pcf_generator"), reads_suffice=reads_suffice)


@asynccontextmanager
async def build_store_on(
    database: Database, url: DatabaseUrl, *, new_id: NewId, times: NoticeTimes | None = None
) -> AsyncIterator[PostgresBuildStore]:
    """The builds in a database, with a connection of their own to be woken up through."""
    wakeups = Wakeups()
    notices = Notices(lambda: pool.connect(url, application=f"{_APPLICATION}-notices"), wakeups, times=times)
    await notices.start()
    try:
        yield PostgresBuildStore(database, notices, wakeups, new_id=new_id)
    finally:
        await notices.stop()


@asynccontextmanager
async def open_store(
    url: DatabaseUrl, *, size: int, new_id: NewId, times: NoticeTimes | None = None, reads_suffice: bool = False
) -> AsyncIterator[PostgresBuildStore]:
    """The builds alone."""
    async with (
        open_database(url, size=size, reads_suffice=reads_suffice) as database,
        build_store_on(database, url, new_id=new_id, times=times) as store,
    ):
        yield store
