"""The partitions of the log in PostgreSQL, for its owner: the service's own login can drop nothing."""

import re
from collections.abc import Sequence
from typing import Final

import asyncpg
from pcf_runtime.postgres.faults import FAULTS
from pcf_runtime.postgres.pool import Pool
from pcf_runtime.starting import CannotStartError

from pcf_audit.adapters.postgres_faults import faults
from pcf_audit.errors import StoreUnavailable
from pcf_audit.retention import Partition

__all__ = ["PostgresPartitions"]

_ALL: Final = """
SELECT child.relname, pg_get_expr(child.relpartbound, child.oid)
FROM pg_catalog.pg_inherits JOIN pg_catalog.pg_class AS child ON child.oid = inhrelid
WHERE inhparent = 'audit_entries'::regclass"""
_BOUNDS: Final = re.compile(r"FOR VALUES FROM \('(\d+)'\) TO \('(\d+)'\)")


class PostgresPartitions:
    """Partitions."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def all(self) -> Sequence[Partition]:
        return sorted(await self._names())

    async def drop(self, partition: Partition) -> None:
        """Takes a lock that waits for reads under way, and lets none behind it wait for long."""
        name = (await self._names()).get(partition)
        if name is None:  # another run was quicker
            return
        try:
            await self._drop(name)
        except asyncpg.InsufficientPrivilegeError as error:
            raise CannotStartError(
                "Nothing was dropped: PCF_AUDIT_OWNER_DATABASE_URL is not that of the role which owns the tables."
            ) from error
        except asyncpg.LockNotAvailableError as error:
            raise CannotStartError(f"{name} was not dropped: it is being read for long; repeat later.") from error
        except FAULTS as error:
            raise StoreUnavailable from error

    async def _drop(self, name: str) -> None:
        async with self._pool.acquire() as connection, connection.transaction():
            await connection.execute("SET LOCAL lock_timeout = '5s'")
            await connection.execute(f'ALTER TABLE audit_entries DETACH PARTITION "{name}"')
            await connection.execute(f'DROP TABLE "{name}"')

    async def _names(self) -> dict[Partition, str]:
        with faults():
            rows = await self._pool.fetch(_ALL)
        found = {}
        for name, bounds in rows:
            match = _BOUNDS.fullmatch(bounds)
            if match is None:  # somebody made a partition that we do not know
                raise StoreUnavailable
            found[Partition(int(match[1]), int(match[2]))] = name
        return found
