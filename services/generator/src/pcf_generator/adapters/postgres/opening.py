"""Puts the store together from a URL."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from pcf_runtime.postgres import migrations, pool

from pcf_generator.adapters.postgres.build_store import PostgresBuildStore
from pcf_generator.adapters.postgres.database import Database
from pcf_generator.adapters.postgres.notices import Notices, NoticeTimes
from pcf_generator.adapters.postgres.wakeups import Wakeups
from pcf_generator.ports import NewId

__all__ = ["open_store"]

_APPLICATION = "pcf-generator"


@asynccontextmanager
async def open_store(
    url: str, *, size: int, new_id: NewId, times: NoticeTimes | None = None
) -> AsyncIterator[PostgresBuildStore]:
    """A store on the database; DatabaseUnusableError when no waiting would help.

    A database that is away is waited for: until it is there, with a schema that fits, every method of the store
    raises StoreUnavailable, and `ping` says why.
    """
    wakeups = Wakeups()
    notices = Notices(lambda: pool.connect(url, application=f"{_APPLICATION}-notices"), wakeups, times=times)
    async with pool.open_pool(url, application=_APPLICATION, size=size) as connections:
        database = Database(connections, migrations.shipped("pcf_generator"))
        await notices.start()
        try:
            yield PostgresBuildStore(database, notices, wakeups, new_id=new_id)
        finally:
            await notices.stop()
