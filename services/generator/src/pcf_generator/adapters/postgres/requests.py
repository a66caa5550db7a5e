"""Writes that were made, so that repeating one does nothing."""

from pcf_runtime.postgres.durability import AWAIT_ALL

from pcf_generator.adapters.postgres import writes
from pcf_generator.adapters.postgres.database import Connection
from pcf_generator.build_store import Request, RequestIdReused
from pcf_generator.domain.build import Build

__all__ = ["known"]

_REMEMBER = (
    "INSERT INTO requests (request_id, fingerprint, build_id) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING RETURNING true"
)


async def known(connection: Connection, request: Request, build_id: str) -> Build | None:
    """The build that this request was about when it came before, as it is now; RequestIdReused.

    If it did not, it is remembered as the transaction's first write: the same request at the same moment waits here
    until this one is stored, or takes its place when it is not.
    """
    if not request.id or await connection.fetchval(_REMEMBER, request.stored_id, request.fingerprint, build_id):
        return None
    await connection.execute(AWAIT_ALL)
    query = "SELECT fingerprint, build_id FROM requests WHERE request_id = $1"
    row = await connection.fetchrow(query, request.stored_id)
    if row is None or row["fingerprint"] != request.fingerprint:
        raise RequestIdReused(request.id)
    return await writes.select(connection, row["build_id"], tenant=request.tenant)
