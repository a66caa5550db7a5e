"""Keys in PostgreSQL, for gateways that share them."""

from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager, suppress
from datetime import datetime
from typing import Any, Final

from pcf_runtime.postgres import migrations
from pcf_runtime.postgres.faults import FAULTS, may_pass
from pcf_runtime.postgres.pool import Pool, open_pool

from pcf_gateway.auth.key_store import StoreAway, StoredKey

__all__ = ["PostgresKeys", "open_postgres"]

_COLUMNS: Final = (
    "key_id, tenant, name, scopes, digest, create_time, created_by, expire_time, revoke_time, last_use_time"
)
_INSERT: Final = f"INSERT INTO gateway_keys ({_COLUMNS}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)"


@asynccontextmanager
async def open_postgres(url: str) -> AsyncIterator["PostgresKeys"]:
    """A database that is away is waited for; CannotStartError when it can never serve or its schema does not fit."""
    async with open_pool(url, application="pcf-gateway", size=4, statement_timeout_s=5.0) as pool:
        keys = PostgresKeys(pool)
        # Away: the gateway starts, and its readiness tells.
        with suppress(StoreAway):
            await keys.check()
        yield keys


class PostgresKeys:
    """KeyStore on a pool."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def check(self) -> None:
        with _faults():
            async with self._pool.acquire() as connection:
                await migrations.check(connection, migrations.shipped("pcf_gateway"))

    async def add(self, key: StoredKey) -> None:
        with _faults():
            await self._pool.execute(_INSERT, *_values(key))

    async def find(self, key_id: str) -> StoredKey | None:
        with _faults():
            row = await self._pool.fetchrow(f"SELECT {_COLUMNS} FROM gateway_keys WHERE key_id = $1", key_id)
        return None if row is None else _key(row)

    async def list_keys(self, tenant: str, *, before: str, limit: int) -> Sequence[StoredKey]:
        where = "tenant = $1 AND ($2 = '' OR key_id < $2)"
        query = f"SELECT {_COLUMNS} FROM gateway_keys WHERE {where} ORDER BY key_id DESC LIMIT $3"
        with _faults():
            return [_key(row) for row in await self._pool.fetch(query, tenant, before, limit)]

    async def revoke(self, tenant: str, key_id: str, *, at: datetime) -> StoredKey | None:
        query = (
            "UPDATE gateway_keys SET revoke_time = coalesce(revoke_time, $3) "
            f"WHERE tenant = $1 AND key_id = $2 RETURNING {_COLUMNS}"
        )
        with _faults():
            row = await self._pool.fetchrow(query, tenant, key_id, at)
        return None if row is None else _key(row)

    async def replace(self, new: StoredKey, *, old_id: str, old_ends: datetime) -> None:
        query = "UPDATE gateway_keys SET expire_time = least(expire_time, $3) WHERE tenant = $1 AND key_id = $2"
        with _faults():
            async with self._pool.acquire() as connection, connection.transaction():
                await connection.execute(_INSERT, *_values(new))
                await connection.execute(query, new.tenant, old_id, old_ends)

    async def used(self, key_id: str, *, at: datetime) -> None:
        with _faults():
            await self._pool.execute("UPDATE gateway_keys SET last_use_time = $2 WHERE key_id = $1", key_id, at)


@contextmanager
def _faults() -> Iterator[None]:
    try:
        yield
    except FAULTS as error:
        if may_pass(error):
            raise StoreAway from error
        raise


def _values(key: StoredKey) -> tuple[object, ...]:
    return (
        key.key_id,
        key.tenant,
        key.name,
        " ".join(key.scopes),
        key.digest,
        key.create_time,
        key.created_by,
        key.expire_time,
        key.revoke_time,
        key.last_use_time,
    )


def _key(row: Any) -> StoredKey:
    return StoredKey(**{**row, "scopes": tuple(row["scopes"].split())})
