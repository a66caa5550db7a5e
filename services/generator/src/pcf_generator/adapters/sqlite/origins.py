"""Which builds made a file: a table that the database itself fills whenever a build gets its result."""

import sqlite3

from pcf_generator.adapters.sqlite import rows
from pcf_generator.domain.build import Build

_COUNT = "SELECT count(*) FROM artifact_builds WHERE sha256 = ? AND tenant = ?"
_OLDEST = (
    f"SELECT {rows.BUILD_COLUMNS} FROM (SELECT build_id FROM artifact_builds WHERE sha256 = ? AND tenant = ?)"
    " JOIN builds ON id = build_id ORDER BY build_id LIMIT ?"
)


def of_artifact(connection: sqlite3.Connection, sha256: str, *, tenant: str, limit: int) -> tuple[list[Build], int]:
    """The oldest of the tenant's builds that made a file, and how many did."""
    (count,) = connection.execute(_COUNT, (sha256, tenant)).fetchone()
    return [rows.build(row) for row in connection.execute(_OLDEST, (sha256, tenant, limit))], int(count)
