"""`pcf-gateway erase-tenant`: deletes a tenant's keys for good, which no gateway itself can."""

import argparse
import asyncio
import re
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final

from pcf_runtime.ids import new_ulid
from pcf_runtime.lifecycle import Command
from pcf_runtime.login import login
from pcf_runtime.starting import CannotStartError

from pcf_gateway.auth.key_event import KeyEvent
from pcf_gateway.auth.key_store import StoreAway
from pcf_gateway.resources.patterns import TENANT
from pcf_gateway.settings import GatewaySettings

__all__ = ["ERASE_TENANT"]

_OPERATORS: Final = "default"
"""Whose the events are: the tenant's own may be erased next."""


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("tenant", help="whose keys are to be deleted, with the names they have")
    parser.add_argument("--yes", action="store_true", help="really do it")
    parser.add_argument("--actor", default="", help="who does it, for the audit log (default: the login)")


def _run(settings: GatewaySettings, asked: argparse.Namespace) -> int:
    if not re.fullmatch(TENANT, asked.tenant):
        raise CannotStartError("A tenant is 1 to 63 small letters, digits and hyphens, such as contoso.")
    if not asked.yes:
        raise CannotStartError(
            f"This deletes every key of tenant {asked.tenant}: none works any more, and nothing can undo it. "
            "Repeat with --yes."
        )
    if problems := settings.key_problems():
        raise CannotStartError("\n".join(problems))
    try:
        deleted = asyncio.run(_erase(settings, asked.tenant, asked.actor or login()))
    except StoreAway:
        raise CannotStartError("The keys' database does not answer, or refuses; nothing was deleted.") from None
    sys.stdout.write(f"deleted {deleted} keys of tenant {asked.tenant}\n")
    return 0


async def _erase(settings: GatewaySettings, tenant: str, actor: str) -> int:
    if settings.database_url.get_secret_value() or settings.owner_database_url.get_secret_value():
        return await _from_postgres(settings.owner_database_url.get_secret_value(), tenant, actor)
    return await _from_sqlite(settings, tenant, actor)


async def _from_postgres(url: str, tenant: str, actor: str) -> int:
    if not url:
        raise CannotStartError("PCF_GATEWAY_OWNER_DATABASE_URL is not set: only the tables' owner may delete keys.")
    from pcf_runtime.postgres.pool import connect  # noqa: PLC0415 - asyncpg is slow to load

    from pcf_gateway.auth.postgres_faults import store_faults  # noqa: PLC0415 - likewise
    from pcf_gateway.auth.postgres_trail import tell  # noqa: PLC0415 - likewise

    with store_faults():
        connection = await connect(url, application="pcf-gateway-erase")
        try:
            async with connection.transaction():
                rows = await connection.fetch("DELETE FROM gateway_keys WHERE tenant = $1 RETURNING key_id", tenant)
                ids = [row["key_id"] for row in rows]
                await connection.execute("DELETE FROM gateway_key_requests WHERE key_id = ANY($1::text[])", ids)
                await connection.execute("DELETE FROM gateway_undeliverable WHERE tenant = $1", tenant)
                for event in _events(ids, actor):
                    await tell(connection, event)
        finally:
            await connection.close()
    return len(ids)


async def _from_sqlite(settings: GatewaySettings, tenant: str, actor: str) -> int:
    from pcf_gateway.auth.sqlite_file import open_file  # noqa: PLC0415 - only where it is the store
    from pcf_gateway.auth.sqlite_trail import tell  # noqa: PLC0415 - likewise

    async with open_file(settings.database) as file, file.changing() as connection:
        rows = await connection.execute_fetchall("DELETE FROM keys WHERE tenant = ? RETURNING key_id", (tenant,))
        ids = [row["key_id"] for row in rows]
        await connection.executemany("DELETE FROM key_requests WHERE key_id = ?", [(each,) for each in ids])
        await connection.execute("DELETE FROM undeliverable WHERE tenant = ?", (tenant,))
        for event in _events(ids, actor):
            await tell(connection, event)
    return len(ids)


def _events(ids: Sequence[str], actor: str) -> list[KeyEvent]:
    """One for each key; their names are gone."""
    now = datetime.now(UTC)
    return [
        KeyEvent(new_ulid(), "key.erased", now, _OPERATORS, actor, "", key_id, name="", scopes=()) for key_id in ids
    ]


ERASE_TENANT: Final = Command("delete a tenant's API keys, for good", _run, _arguments)
