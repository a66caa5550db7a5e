"""Keys in PostgreSQL, for gateways that share them."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from datetime import datetime
from typing import Any, Final

from pcf_runtime.postgres import migrations
from pcf_runtime.postgres.migrations import Connection
from pcf_runtime.postgres.pool import DatabaseUrl, Pool, open_pool
from pcf_runtime.postgres.pool_metrics import tell_connections
from pcf_runtime.tracing.operation import operation
from prometheus_client import CollectorRegistry

from pcf_gateway.auth.key_event import KeyEvent
from pcf_gateway.auth.key_store import MadeBefore, StoreAway, StoredKey
from pcf_gateway.auth.postgres_faults import store_faults
from pcf_gateway.auth.postgres_trail import PostgresTrail, tell

__all__ = ["PostgresKeys", "open_postgres"]

_COLUMNS: Final = (
    "key_id, tenant, name, scopes, digest, create_time, created_by, expire_time, revoke_time, last_use_time"
)
_INSERT: Final = f"INSERT INTO gateway_keys ({_COLUMNS}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)"


@asynccontextmanager
async def open_postgres(
    url: DatabaseUrl, *, registry: CollectorRegistry | None = None
) -> AsyncIterator["PostgresKeys"]:
    """A database that is away is waited for; CannotStartError when it can never serve or its schema does not fit."""
    async with open_pool(url, application="pcf-gateway", size=4, statement_timeout_s=5.0) as pool:
        if registry is not None:
            tell_connections(pool, registry)
        keys = PostgresKeys(pool)
        # Away: the gateway starts, and its readiness tells.
        with suppress(StoreAway):
            await keys.check()
        yield keys


class PostgresKeys:
    """KeyStore on a pool; what a change says to the audit log is written in its transaction."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool
        self._trail = PostgresTrail(pool)

    @property
    def trail(self) -> PostgresTrail:
        return self._trail

    async def check(self) -> None:
        with store_faults():
            async with self._pool.acquire() as connection:
                await migrations.check(connection, migrations.shipped("pcf_gateway"))

    async def add(self, key: StoredKey, event: KeyEvent, *, request_id: str | None = None) -> None:
        async with self._changing() as connection:
            await _claim(connection, request_id, key)
            await connection.execute(_INSERT, *_values(key))
            await tell(connection, event)

    async def made_with(self, request_id: str) -> str | None:
        with store_faults():
            return await _made_with(self._pool, request_id)

    async def find(self, key_id: str) -> StoredKey | None:
        with operation("postgresql", self.find), store_faults():
            row = await self._pool.fetchrow(f"SELECT {_COLUMNS} FROM gateway_keys WHERE key_id = $1", key_id)
        return None if row is None else _key(row)

    async def list_keys(self, tenant: str, *, before: str, limit: int) -> Sequence[StoredKey]:
        where = "tenant = $1 AND ($2 = '' OR key_id < $2)"
        query = f"SELECT {_COLUMNS} FROM gateway_keys WHERE {where} ORDER BY key_id DESC LIMIT $3"
        with store_faults():
            return [_key(row) for row in await self._pool.fetch(query, tenant, before, limit)]

    async def revoke(self, tenant: str, key_id: str, event: KeyEvent, *, at: datetime) -> StoredKey | None:
        query = (
            "UPDATE gateway_keys SET revoke_time = $3 WHERE tenant = $1 AND key_id = $2 AND revoke_time IS NULL"
            f" RETURNING {_COLUMNS}"
        )
        async with self._changing() as connection:
            row = await connection.fetchrow(query, tenant, key_id, at)
            if row is not None:
                await tell(connection, event)
                return _key(row)
        found = await self.find(key_id)
        return found if found is not None and found.tenant == tenant else None

    async def replace(
        self, new: StoredKey, event: KeyEvent, *, old_id: str, old_ends: datetime, request_id: str | None = None
    ) -> None:
        query = "UPDATE gateway_keys SET expire_time = least(expire_time, $3) WHERE tenant = $1 AND key_id = $2"
        async with self._changing() as connection:
            await _claim(connection, request_id, new)
            await connection.execute(query, new.tenant, old_id, old_ends)
            await connection.execute(_INSERT, *_values(new))
            await tell(connection, event)

    async def used(self, key_id: str, *, at: datetime) -> None:
        with store_faults():
            await self._pool.execute("UPDATE gateway_keys SET last_use_time = $2 WHERE key_id = $1", key_id, at)

    @asynccontextmanager
    async def _changing(self) -> AsyncIterator[Connection]:
        with store_faults():
            async with self._pool.acquire() as connection, connection.transaction():
                yield connection
        self._trail.changed.set()


async def _claim(connection: Connection, request_id: str | None, key: StoredKey) -> None:
    """MadeBefore, also when the request that made one is under way elsewhere: its end is waited for."""
    if request_id is None:
        return
    query = "INSERT INTO gateway_key_requests (request_id, key_id) VALUES ($1, $2) ON CONFLICT DO NOTHING"
    if await connection.execute(query, request_id, key.key_id) == "INSERT 0 0":
        raise MadeBefore(await _made_with(connection, request_id) or "")


async def _made_with(connection: "Connection | Pool", request_id: str) -> str | None:
    query = "SELECT key_id FROM gateway_key_requests WHERE request_id = $1"
    found: str | None = await connection.fetchval(query, request_id)
    return found


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
