"""What `pcf-gateway` does beside serving: `keys` on the server's own database, and `migrate`."""

import argparse
import asyncio
import re
import sys
from typing import Final

from pcf_runtime.lifecycle import Command
from pcf_runtime.starting import CannotStartError

from pcf_gateway.auth.key_desk import Wanted
from pcf_gateway.auth.key_store import StoreAway
from pcf_gateway.auth.opening import open_desk
from pcf_gateway.auth.scopes import SCOPES, Scope
from pcf_gateway.settings import GatewaySettings

__all__ = ["KEYS", "MIGRATE"]

_ACTOR: Final = "pcf-gateway"
_TENANT: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")
_MIGRATES_ITSELF: Final = "PCF_GATEWAY_DATABASE_URL is not set: a SQLite file gets its table when it is opened.\n"


def _key_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("action", choices=["create"], help="make a key and print it; it cannot be had again")
    parser.add_argument("--admin", action="store_true", help="let it manage the tenant's keys")
    parser.add_argument("--scope", action="append", choices=SCOPES, default=[], help="what it allows; repeatable")
    parser.add_argument("--tenant", default="default", help="whose data it sees (default: default)")
    parser.add_argument("--name", default="admin", help="the actor that logs name (default: admin)")


def _keys(settings: GatewaySettings, asked: argparse.Namespace) -> int:
    scopes: list[Scope] = [scope for scope in SCOPES if scope in asked.scope or (asked.admin and scope == "admin")]
    if not scopes:
        raise CannotStartError("The key would allow nothing: name --admin or a --scope.")
    if not _TENANT.fullmatch(asked.tenant):
        raise CannotStartError("A tenant is 1 to 63 small letters, digits and hyphens, such as contoso.")
    if problems := settings.key_problems():
        raise CannotStartError("\n".join(problems))
    try:
        text = asyncio.run(_create(settings, Wanted(asked.name, scopes, None), tenant=asked.tenant))
    except StoreAway:
        raise CannotStartError("The keys' database does not answer.") from None
    sys.stdout.write(f"{text}\n")
    return 0


async def _create(settings: GatewaySettings, wanted: Wanted, *, tenant: str) -> str:
    async with open_desk(settings) as desk:
        _, key = await desk.create(wanted, tenant=tenant, actor=_ACTOR)
        return key.text


def _migrate(settings: GatewaySettings, _asked: argparse.Namespace) -> int:
    url = settings.owner_database_url.get_secret_value() or settings.database_url.get_secret_value()
    if not url:
        sys.stdout.write(_MIGRATES_ITSELF)
        return 0
    from pcf_runtime.postgres.commands import migrate  # noqa: PLC0415 - asyncpg is slow to load

    return migrate(url, service="gateway")


KEYS: Final = Command("make an API key on this server's database; the first one comes from here", _keys, _key_arguments)
MIGRATE: Final = Command("bring the PostgreSQL database to this version's schema", _migrate)
