"""A writer's turn at the log in PostgreSQL."""

from collections.abc import Collection, Iterable, Sequence
from typing import Final, TypeAlias

import asyncpg
from asyncpg.pool import PoolConnectionProxy
from pcf_runtime.postgres.durability import AWAIT_ALL

from pcf_audit.adapters.postgres_faults import faults
from pcf_audit.adapters.stored_head import HEAD, head_of, values_of
from pcf_audit.domain.tree import EMPTY, Batch, Head, Leaf, Row

__all__ = ["Partitions", "PostgresTransaction", "leaf_of", "newest"]

Connection: TypeAlias = "PoolConnectionProxy[asyncpg.Record]"

_AHEAD: Final = 524_288
"""Half a partition: the next one is made long before the first event needs it."""
_ENTRY: Final = ("idx", "content", "leaf_hash", "event_id", "tenant", "build", "actor", "type")
_KNOWN: Final = "SELECT idx, content, leaf_hash FROM audit_entries WHERE event_id = ANY ($1::text[])"

_ADD_HEAD: Final = """
INSERT INTO audit_heads (first, size, root, frontier, note, record_time) VALUES ($1, $2, $3, $4, $5, $6)"""


class Partitions:
    """Remembers up to which index there are partitions."""

    def __init__(self) -> None:
        self._end = 0

    def forget(self) -> None:
        """After a transaction that was taken back, with the partitions it may have made."""
        self._end = 0

    async def cover(self, connection: Connection, batch: Batch) -> None:
        """Sees to it that there are partitions for the batch and for a good while to come."""
        wanted = batch.head.size + _AHEAD
        while self._end < wanted:
            at = max(self._end, batch.head.first)
            self._end = await connection.fetchval("SELECT audit_add_partition($1)", at)


class PostgresTransaction:
    """A Transaction."""

    def __init__(self, connection: Connection, partitions: Partitions) -> None:
        self._connection = connection
        self._partitions = partitions

    async def head(self) -> Head:
        with faults():
            return await newest(self._connection)

    async def known(self, event_ids: Collection[str]) -> Sequence[Leaf]:
        with faults():
            rows = await self._connection.fetch(_KNOWN, list(event_ids))
            if rows:
                await self._connection.execute(AWAIT_ALL)
            return [leaf_of(row) for row in rows]

    async def add(self, batch: Batch) -> None:
        with faults():
            await self._partitions.cover(self._connection, batch)
            await self._copy("audit_entries", map(_values, batch.rows), *_ENTRY)
            if batch.subtrees:
                subtrees = ((*node, hashed) for node, hashed in batch.subtrees.items())
                await self._copy("audit_subtrees", subtrees, "level", "position", "hash")
            await self._connection.execute(
                _ADD_HEAD,
                *values_of(batch.head),
            )

    async def _copy(self, table: str, records: Iterable[tuple[object, ...]], *columns: str) -> None:
        await self._connection.copy_records_to_table(table, records=records, columns=columns)


def _values(row: Row) -> tuple[int, str, bytes, str, str, str, str, str]:
    leaf, filed = row.leaf, row.filed
    content = leaf.content.decode()
    return leaf.index, content, leaf.hash, filed.event_id, filed.tenant, filed.build, filed.actor, filed.type


async def newest(connection: Connection) -> Head:
    """Where the log ends, as this connection sees it."""
    row = await connection.fetchrow(f"{HEAD} FROM audit_heads ORDER BY size DESC LIMIT 1")
    return head_of(*row) if row else EMPTY


def leaf_of(row: asyncpg.Record) -> Leaf:
    """From the first three values of a row of entries."""
    return Leaf(row[0], row[1].encode(), row[2])
