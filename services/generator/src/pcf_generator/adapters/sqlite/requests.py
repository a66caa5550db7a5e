"""Writes that were made, so that repeating one does nothing."""

import sqlite3

from pcf_generator.adapters.sqlite import writes
from pcf_generator.build_store import Request, RequestIdReused
from pcf_generator.domain.build import Build


def known(connection: sqlite3.Connection, request: Request) -> Build | None:
    """The build that this request was about when it came before, as it is now; RequestIdReused."""
    if not request.id:
        return None
    row = connection.execute(
        "SELECT fingerprint, build_id FROM requests WHERE request_id = ?", (request.stored_id,)
    ).fetchone()
    if row is None:
        return None
    if row["fingerprint"] != request.fingerprint:
        raise RequestIdReused(request.id)
    return writes.owned(connection, row["build_id"], tenant=request.tenant)


def remember(connection: sqlite3.Connection, request: Request, build: Build) -> None:
    """That this request was served."""
    if request.id:
        connection.execute(
            "INSERT INTO requests (request_id, fingerprint, build_id) VALUES (?, ?, ?)",
            (request.stored_id, request.fingerprint, build.id),
        )
