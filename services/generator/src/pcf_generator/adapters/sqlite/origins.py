"""Which builds made a file: a table that the database itself fills whenever a build gets its result."""

import sqlite3

from pcf_generator.adapters.sqlite import rows
from pcf_generator.domain.build import Build

_COUNT = "SELECT count(*) FROM artifact_builds WHERE sha256 = ?"
_OLDEST = (
    f"SELECT {rows.BUILD_COLUMNS} FROM artifact_builds JOIN builds ON id = build_id"
    " WHERE sha256 = ? ORDER BY build_id LIMIT ?"
)


def of_artifact(connection: sqlite3.Connection, sha256: str, *, limit: int) -> tuple[list[Build], int]:
    """The oldest builds that made a file, and how many did."""
    (count,) = connection.execute(_COUNT, (sha256,)).fetchone()
    return [rows.build(row) for row in connection.execute(_OLDEST, (sha256, limit))], int(count)
