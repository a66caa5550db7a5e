"""Makes, lists, rotates and revokes API keys."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from pcf_cli.client import connect
from pcf_cli.output import facts, show_json, show_text, table
from pcf_cli.resources import Key, MadeKey

__all__ = ["create", "listed", "revoke", "rotate"]

_COLUMNS = ("id", "name", "state", "scopes", "created", "expires", "last used")


async def create(url: str, name: str, scopes: Sequence[str], *, days: int | None, as_json: bool) -> None:
    ends = None if days is None else (datetime.now(UTC) + timedelta(days=days)).isoformat()
    async with connect(url) as api:
        made = await api.create_key({"name": name, "scopes": list(scopes), **({"expire_time": ends} if ends else {})})
    _show(made, as_json=as_json)


async def rotate(url: str, key_id: str, *, overlap_s: int, as_json: bool) -> None:
    async with connect(url) as api:
        made = await api.rotate_key(key_id, overlap_s=overlap_s)
    _show(made, as_json=as_json)


async def revoke(url: str, key_id: str, *, as_json: bool) -> None:
    async with connect(url) as api:
        key = await api.revoke_key(key_id)
    if as_json:
        show_json(key)
        return
    facts([("Revoked", key["id"]), ("Name", key["name"])])


async def listed(url: str, *, as_json: bool) -> None:
    async with connect(url) as api:
        keys: list[Key] = [key async for key in api.listed("/v1/keys", "keys")]
    if as_json:
        show_json(keys)
        return
    table(_COLUMNS, [_row(key) for key in keys])


def _show(made: MadeKey, *, as_json: bool) -> None:
    """The key alone, so that it can be piped into a file or a secret store."""
    if as_json:
        show_json(made)
    else:
        show_text(made["secret"])


def _row(key: Key) -> Sequence[object]:
    times = (key["create_time"], key["expire_time"], key["last_use_time"])
    return (key["id"], key["name"], key["state"], " ".join(key["scopes"]), *times)
