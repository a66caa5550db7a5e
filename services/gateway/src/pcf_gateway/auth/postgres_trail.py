"""Key events on their way, in PostgreSQL.

Whoever changes a key holds its row when it writes the event, so a key's events become visible in their order,
whichever gateways write them. Every gateway delivers whatever waits: two at once send some twice, in the same order,
which the log notices.
"""

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Final

from pcf_runtime.postgres.faults import FAULTS
from pcf_runtime.postgres.migrations import Connection
from pcf_runtime.postgres.pool import Pool

from pcf_gateway.auth.key_event import KeyEvent, read_event, write_event
from pcf_gateway.auth.key_store import StoreAway

__all__ = ["PostgresTrail", "tell"]

_SET_ASIDE: Final = (
    "WITH refused AS (DELETE FROM gateway_outbox WHERE event_id = $1 RETURNING event_id, tenant, event)"
    " INSERT INTO gateway_undeliverable (event_id, tenant, event, reason, set_aside_time)"
    " SELECT event_id, tenant, event, $2, clock_timestamp() FROM refused ON CONFLICT DO NOTHING"
)


async def tell(connection: Connection, event: KeyEvent) -> None:
    """In the transaction of the change."""
    query = "INSERT INTO gateway_outbox (event_id, tenant, event) VALUES ($1, $2, $3)"
    await connection.execute(query, event.event_id, event.tenant, write_event(event))


class PostgresTrail:
    """KeyTrail on a pool."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool
        self._changed = asyncio.Event()

    @property
    def changed(self) -> asyncio.Event:
        return self._changed

    async def undelivered(self, *, limit: int) -> Sequence[KeyEvent]:
        with _faults():
            rows = await self._pool.fetch("SELECT event FROM gateway_outbox ORDER BY position LIMIT $1", limit)
        return [read_event(row["event"]) for row in rows]

    async def delivered(self, event_ids: Sequence[str]) -> None:
        with _faults():
            await self._pool.execute("DELETE FROM gateway_outbox WHERE event_id = ANY($1::text[])", event_ids)

    async def set_aside(self, event_id: str, *, reason: str) -> None:
        with _faults():
            await self._pool.execute(_SET_ASIDE, event_id, reason)

    async def depth(self) -> int:
        with _faults():
            return int(await self._pool.fetchval("SELECT count(*) FROM gateway_outbox"))


@contextmanager
def _faults() -> Iterator[None]:
    """Also what cannot pass by itself, such as a missing right: delivery goes on once somebody has mended it."""
    try:
        yield
    except FAULTS as error:
        raise StoreAway from error
