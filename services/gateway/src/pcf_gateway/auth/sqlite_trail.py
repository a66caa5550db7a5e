"""Key events on their way, in a SQLite file."""

import asyncio
from collections.abc import Sequence

import aiosqlite

from pcf_gateway.auth.key_event import KeyEvent, read_event, write_event
from pcf_gateway.auth.sqlite_file import SqliteFile

__all__ = ["SqliteTrail", "tell"]


async def tell(connection: aiosqlite.Connection, event: KeyEvent) -> None:
    """In the transaction of the change."""
    query = "INSERT INTO outbox (event_id, tenant, event) VALUES (?, ?, ?)"
    await connection.execute(query, (event.event_id, event.tenant, write_event(event)))


class SqliteTrail:
    """KeyTrail on a file."""

    def __init__(self, file: SqliteFile) -> None:
        self._file = file
        self._changed = asyncio.Event()

    @property
    def changed(self) -> asyncio.Event:
        return self._changed

    async def undelivered(self, *, limit: int) -> Sequence[KeyEvent]:
        rows = await self._file.rows("SELECT event FROM outbox ORDER BY position LIMIT ?", limit)
        return [read_event(row["event"]) for row in rows]

    async def delivered(self, event_ids: Sequence[str]) -> None:
        marks = ", ".join("?" * len(event_ids))
        await self._file.rows(f"DELETE FROM outbox WHERE event_id IN ({marks})", *event_ids)

    async def set_aside(self, event_id: str, *, reason: str) -> None:
        kept = (
            "INSERT OR IGNORE INTO undeliverable (event_id, tenant, event, reason)"
            " SELECT event_id, tenant, event, ? FROM outbox WHERE event_id = ?"
        )
        async with self._file.changing() as connection:
            await connection.execute(kept, (reason, event_id))
            await connection.execute("DELETE FROM outbox WHERE event_id = ?", (event_id,))

    async def depth(self) -> int:
        return int((await self._file.rows("SELECT count(*) FROM outbox"))[0][0])
