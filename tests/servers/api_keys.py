"""API keys that are put straight into a gateway's SQLite file, as its administrators would."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pcf_gateway.auth import api_key
from pcf_gateway.auth.api_key import ApiKey
from pcf_gateway.auth.key_event import KeyEvent
from pcf_gateway.auth.key_store import KeyStore, StoredKey
from pcf_gateway.auth.scopes import SCOPES, Scope
from pcf_gateway.auth.sqlite_keys import open_sqlite
from pcf_runtime.ids import new_ulid

__all__ = ["PEPPER", "Keys", "add_key"]

PEPPER = "p" * 32


class Keys:
    """Of a gateway whose pepper is PEPPER."""

    def __init__(self, store: KeyStore) -> None:
        self._store = store

    async def add(self, *scopes: Scope, tenant: str = "contoso", **changes: Any) -> str:
        """The key as its owner has it; `changes` are of what is stored."""
        key, now = ApiKey(new_ulid(), api_key.new_secret()), datetime.now(UTC)
        stored = StoredKey(key.key_id, tenant, "ci", scopes, api_key.digest(key, PEPPER.encode()), now, "test")
        event = KeyEvent(new_ulid(), "key.created", now, tenant, "test", "", key.key_id, "ci", scopes)
        await self._store.add(replace(stored, **changes), event)
        return key.text


def add_key(database: Path, *, tenant: str, scopes: tuple[Scope, ...] = SCOPES) -> str:
    """One key in the file, which a gateway may have open."""

    async def add() -> str:
        async with open_sqlite(database) as store:
            return await Keys(store).add(*scopes, tenant=tenant)

    # In a thread of its own, because Playwright's tests run inside a loop.
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(lambda: asyncio.run(add())).result()
