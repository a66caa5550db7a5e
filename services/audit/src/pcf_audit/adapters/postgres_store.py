"""The log in PostgreSQL: any number of instances, one of which writes at a time.

Who writes holds an advisory lock until its transaction ends, so indexes have no gap and the tree no fork. Synced to
disk as the database is set up to, and never less than its own disk.
"""

from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from contextlib import asynccontextmanager
from itertools import chain
from typing import Final

from pcf_runtime.merkle import Node
from pcf_runtime.postgres import migrations
from pcf_runtime.postgres.migrations import Migration
from pcf_runtime.postgres.pool import Pool

from pcf_audit.adapters.postgres_faults import faults
from pcf_audit.adapters.postgres_writing import Partitions, PostgresTransaction, leaf_of, newest
from pcf_audit.adapters.stored_head import HEAD, head_of
from pcf_audit.domain.selection import LAST, Selection
from pcf_audit.domain.tenant_key import WrappedKey
from pcf_audit.domain.tree import Filed, Head, Leaf, Row
from pcf_audit.ports import Census

__all__ = ["PostgresEventStore", "PostgresKeyStore", "conditions"]

_LOCK: Final = 7_262_118  # any constant: https://www.postgresql.org/docs/current/explicit-locking.html#ADVISORY-LOCKS
# Who answers "stored" may not have it in memory only, whatever the database's default is.
_TURN: Final = """SELECT pg_advisory_xact_lock($1),
  CASE current_setting('synchronous_commit') WHEN 'off' THEN set_config('synchronous_commit', 'on', true) END"""
_LEAF: Final = "SELECT idx, content, leaf_hash FROM audit_entries"
_ROW: Final = "SELECT idx, content, leaf_hash, event_id, tenant, build, actor, type FROM audit_entries"
_KEY: Final = "SELECT tenant, key_id, wrapped FROM audit_keys"
_HASHES: Final = """
SELECT 0 AS level, idx AS position, leaf_hash AS hash FROM audit_entries WHERE idx = ANY ($1::bigint[])
UNION ALL
SELECT level, position, hash FROM unnest($2::smallint[], $3::bigint[]) AS wanted (level, position)
JOIN audit_subtrees USING (level, position)"""
_FIRST_INDEX: Final = r"""
SELECT coalesce(min(substring(child.relname FROM '_(\d+)$')::bigint), 0)
FROM pg_catalog.pg_inherits JOIN pg_catalog.pg_class AS child ON child.oid = inhrelid
WHERE inhparent = 'audit_entries'::regclass"""
_CENSUS: Final = """SELECT
  (SELECT coalesce(max(size), 0) FROM audit_heads), (SELECT count(*) FROM audit_heads),
  (SELECT count(*) FROM audit_subtrees), (SELECT min(idx) FROM audit_entries), (SELECT max(idx) FROM audit_entries)"""


class PostgresKeyStore:
    """A KeyStore."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def key_of(self, tenant: str) -> WrappedKey | None:
        with faults():
            row = await self._pool.fetchrow(f"{_KEY} WHERE tenant = $1", tenant)
        return WrappedKey(*row) if row else None

    async def key(self, key_id: str) -> WrappedKey | None:
        with faults():
            row = await self._pool.fetchrow(f"{_KEY} WHERE key_id = $1", key_id)
        return WrappedKey(*row) if row else None

    async def keep(self, key: WrappedKey) -> None:
        sql = "INSERT INTO audit_keys (tenant, key_id, wrapped) VALUES ($1, $2, $3) ON CONFLICT (tenant) DO NOTHING"
        with faults():
            await self._pool.execute(sql, key.tenant, key.key_id, key.wrapped)

    async def keys(self, *, after: str, limit: int) -> Sequence[WrappedKey]:
        with faults():
            rows = await self._pool.fetch(f"{_KEY} WHERE tenant > $1 ORDER BY tenant LIMIT $2", after, limit)
        return [WrappedKey(*row) for row in rows]


class PostgresEventStore(PostgresKeyStore):
    """An EventStore and KeyStore. `schema` is what the database must have been brought to."""

    def __init__(self, pool: Pool, *, schema: Sequence[Migration]) -> None:
        super().__init__(pool)
        self._schema = schema
        self._partitions = Partitions()

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[PostgresTransaction]:
        try:
            with faults():
                async with self._pool.acquire() as connection, connection.transaction():
                    await connection.execute(_TURN.replace("$1", str(_LOCK)))
                    yield PostgresTransaction(connection, self._partitions)
        except BaseException:
            self._partitions.forget()
            raise

    async def check(self) -> None:
        with faults():
            async with self._pool.acquire() as connection:
                await migrations.check(connection, self._schema)

    async def head(self) -> Head:
        with faults():
            async with self._pool.acquire() as connection:
                return await newest(connection)

    async def head_at(self, size: int) -> Head | None:
        with faults():
            row = await self._pool.fetchrow(f"{HEAD} FROM audit_heads WHERE size = $1", size)
        return head_of(*row) if row else None

    async def heads(self, *, after: int, limit: int) -> Sequence[Head]:
        with faults():
            sql = f"{HEAD} FROM audit_heads WHERE size > $1 ORDER BY size LIMIT $2"
            return [head_of(*row) for row in await self._pool.fetch(sql, after, limit)]

    async def find(self, event_id: str) -> Leaf | None:
        with faults():
            row = await self._pool.fetchrow(f"{_LEAF} WHERE event_id = $1", event_id)
        return leaf_of(row) if row else None

    async def read(self, selection: Selection, *, newest_first: bool, limit: int) -> Sequence[Leaf]:
        # One look for each name: with two at once the database would sort all that fit.
        found = [
            await self._read(selection, actor, newest_first=newest_first, limit=limit)
            for actor in selection.actors or ("",)
        ]
        return sorted(chain(*found), key=lambda leaf: leaf.index, reverse=newest_first)[:limit]

    async def _read(self, selection: Selection, actor: str, *, newest_first: bool, limit: int) -> list[Leaf]:
        wanted = {"build": selection.build, "tenant": selection.tenant, "type": selection.type, "actor": actor}
        given = {column: value for column, value in wanted.items() if value}
        order = "DESC" if newest_first else "ASC"
        sql = f"{_LEAF} WHERE idx >= $1 AND idx < $2{conditions(given)} ORDER BY idx {order} LIMIT $3"
        with faults():
            rows = await self._pool.fetch(sql, selection.first, selection.end, limit, *given.values())
        return [leaf_of(row) for row in rows]

    async def rows(self, *, first: int, end: int) -> Sequence[Row]:
        with faults():
            rows = await self._pool.fetch(f"{_ROW} WHERE idx >= $1 AND idx < $2 ORDER BY idx", first, end)
        return [Row(leaf_of(row), Filed(*tuple(row)[3:])) for row in rows]

    async def hashes(self, nodes: Collection[Node]) -> Mapping[Node, bytes]:
        leaves = [position for level, position in nodes if level == 0]
        subtrees = [node for node in nodes if node[0]]
        with faults():
            rows = await self._pool.fetch(
                _HASHES, leaves, [level for level, _ in subtrees], [position for _, position in subtrees]
            )
        return {(level, position): hashed for level, position, hashed in rows}

    async def index_at(self, time_ns: int) -> int:
        sql = "SELECT first FROM audit_heads WHERE record_time >= $1 ORDER BY record_time, size LIMIT 1"
        with faults():
            found: int | None = await self._pool.fetchval(sql, time_ns)
        return LAST if found is None else found

    async def first_index(self) -> int:
        with faults():
            first: int = await self._pool.fetchval(_FIRST_INDEX)
        return first

    async def census(self) -> Census:
        with faults():
            row = await self._pool.fetchrow(_CENSUS)
        return Census(*row) if row else Census(0, 0, 0, None, None)


def conditions(columns: Collection[str]) -> str:
    """What narrows a page, with values from $4 on.

    A build has few events, so what else is asked for is checked one by one: no other index may tempt the planner.
    """
    searched = {"build"} if "build" in columns else set(columns)
    numbered = enumerate(columns, start=4)
    texts = (f"{column} = ${n}" if column in searched else f"({column} || '') = ${n}" for n, column in numbered)
    return "".join(f" AND {text}" for text in texts)
