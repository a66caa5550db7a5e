"""What `pcf-gateway` does beside serving: `keys` on the server's own database, and `migrate`."""

import argparse
import asyncio
import json
import re
import sys
from collections.abc import Awaitable, Callable, Sequence
from typing import Final, TypeAlias

from pcf_runtime.errors import NotFound
from pcf_runtime.lifecycle import Command
from pcf_runtime.starting import CannotStartError

from pcf_gateway.auth.key_desk import KeyDesk, Wanted
from pcf_gateway.auth.key_store import StoreAway, StoredKey
from pcf_gateway.auth.opening import open_desk
from pcf_gateway.auth.scopes import SCOPES, Scope
from pcf_gateway.resources.keys import LONGEST_NAME
from pcf_gateway.resources.patterns import NO_CONTROLS, TENANT
from pcf_gateway.settings import GatewaySettings

__all__ = ["KEYS", "MIGRATE"]

_ACTOR: Final = "pcf-gateway"
_PAGE: Final = 200
_MIGRATES_ITSELF: Final = "PCF_GATEWAY_DATABASE_URL is not set: a SQLite file gets its table when it is opened.\n"


def _key_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "action",
        choices=["create", "list", "revoke"],
        help="make a key and print it, which cannot be had again; list a tenant's keys, as lines of JSON; revoke one",
    )
    parser.add_argument("id", nargs="?", help="which key to revoke")
    parser.add_argument("--admin", action="store_true", help="let it manage the tenant's keys")
    parser.add_argument("--scope", action="append", choices=SCOPES, default=[], help="what it allows; repeatable")
    parser.add_argument("--tenant", default="default", help="whose data it sees (default: default)")
    parser.add_argument("--name", default="admin", help="the actor that logs name (default: admin)")


def _keys(settings: GatewaySettings, asked: argparse.Namespace) -> int:
    if not re.fullmatch(TENANT, asked.tenant):
        raise CannotStartError("A tenant is 1 to 63 small letters, digits and hyphens, such as contoso.")
    if (asked.action == "revoke") != (asked.id is not None):
        raise CannotStartError("Only revoke takes the id of a key, and it takes one.")
    if problems := settings.key_problems():
        raise CannotStartError("\n".join(problems))
    act = {"create": _create, "list": _list, "revoke": _revoke}[asked.action]
    try:
        for line in asyncio.run(_at_desk(settings, asked, act)):
            sys.stdout.write(f"{line}\n")
    except StoreAway:
        raise CannotStartError("The keys' database does not answer.") from None
    return 0


_Action: TypeAlias = Callable[[KeyDesk, argparse.Namespace], Awaitable[Sequence[str]]]


async def _at_desk(settings: GatewaySettings, asked: argparse.Namespace, act: _Action) -> Sequence[str]:
    async with open_desk(settings) as desk:
        return await act(desk, asked)


async def _create(desk: KeyDesk, asked: argparse.Namespace) -> Sequence[str]:
    scopes: list[Scope] = [scope for scope in SCOPES if scope in asked.scope or (asked.admin and scope == "admin")]
    if not scopes:
        raise CannotStartError("The key would allow nothing: name --admin or a --scope.")
    if len(asked.name) > LONGEST_NAME or not re.fullmatch(NO_CONTROLS, asked.name):
        raise CannotStartError(f"A name is 1 to {LONGEST_NAME} characters, no control characters among them.")
    _, key = await desk.create(Wanted(asked.name, scopes, None), tenant=asked.tenant, actor=_ACTOR)
    return [key.text]


async def _list(desk: KeyDesk, asked: argparse.Namespace) -> Sequence[str]:
    lines: list[str] = []
    token: str | None = ""
    while token is not None:
        page = await desk.list_keys(asked.tenant, limit=_PAGE, token=token)
        lines += [_line(desk, key) for key in page.keys]
        token = page.next_token
    return lines


async def _revoke(desk: KeyDesk, asked: argparse.Namespace) -> Sequence[str]:
    try:
        return [_line(desk, await desk.revoke(asked.id, tenant=asked.tenant, actor=_ACTOR))]
    except NotFound:
        raise CannotStartError(f"The tenant {asked.tenant} has no key with that id.") from None


def _line(desk: KeyDesk, key: StoredKey) -> str:
    """ASCII, whatever somebody called the key: it goes to a terminal."""
    times = {"created": key.create_time, "expires": key.expire_time, "last_used": key.last_use_time}
    told = {"id": key.key_id, "name": key.name, "state": desk.state(key), "scopes": key.scopes}
    return json.dumps({**told, **{name: time and time.isoformat() for name, time in times.items()}})


def _migrate(settings: GatewaySettings, _asked: argparse.Namespace) -> int:
    url = settings.owner_database_url.get_secret_value() or settings.database_url.get_secret_value()
    if not url:
        sys.stdout.write(_MIGRATES_ITSELF)
        return 0
    from pcf_runtime.postgres.commands import migrate  # noqa: PLC0415 - asyncpg is slow to load

    return migrate(url, service="gateway")


KEYS: Final = Command(
    "make, list and revoke API keys on this server's database; the first one comes from here", _keys, _key_arguments
)
MIGRATE: Final = Command("bring the PostgreSQL database to this version's schema", _migrate)
