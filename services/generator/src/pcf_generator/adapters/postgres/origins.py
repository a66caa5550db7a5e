"""Which builds made a file: a table that the database itself fills whenever a build gets its result."""

from pcf_generator.adapters.postgres import rows
from pcf_generator.adapters.postgres.database import Connection
from pcf_generator.domain.build import Build

__all__ = ["of_artifact"]

# The builds are looked up only once the oldest are chosen, both from the same moment as the count.
_OF_ARTIFACT = f"""
WITH made AS NOT MATERIALIZED (SELECT build_id FROM artifact_builds WHERE sha256 = $1 AND tenant = $3)
SELECT {rows.BUILD_COLUMNS}, (SELECT count(*) FROM made) AS made_by
FROM (SELECT build_id FROM made ORDER BY build_id LIMIT $2) AS oldest JOIN builds ON id = build_id ORDER BY build_id
"""


async def of_artifact(connection: Connection, sha256: str, *, tenant: str, limit: int) -> tuple[list[Build], int]:
    """The oldest of the tenant's builds that made a file, and how many did."""
    found = await connection.fetch(_OF_ARTIFACT, sha256, limit, tenant)
    return [rows.build(row) for row in found], found[0]["made_by"] if found else 0
