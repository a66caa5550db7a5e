"""What `pcf-<service> migrate` does."""

import asyncio
import sys

from pcf_runtime.postgres import migrations
from pcf_runtime.postgres.faults import FAULTS
from pcf_runtime.postgres.pool import connect

__all__ = ["migrate"]

_WAIT_S = 30.0


def migrate(url: str, *, service: str) -> int:
    """Bring the service's database to this version's schema; the exit code. Safe to repeat and to run twice at once.

    DatabaseUnusableError when no repeating helps.
    """
    try:
        applied = asyncio.run(_migrate(url, service))
    except FAULTS as error:
        sys.stderr.write(f"pcf-{service} migrate: the database failed: {type(error).__name__}: {error}\n")
        return 1
    for name in applied:
        sys.stdout.write(f"applied {name}\n")
    sys.stdout.write("the schema is up to date\n")
    return 0


async def _migrate(url: str, service: str) -> list[str]:
    connection = await connect(url, application=f"pcf-{service}-migrate", timeout_s=_WAIT_S)
    try:
        return await migrations.apply(connection, migrations.shipped(f"pcf_{service}"))
    finally:
        await connection.close()
