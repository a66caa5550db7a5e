"""Whether an API key works, without asking the database every time."""

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from pcf_gateway.auth import api_key
from pcf_gateway.auth.key_store import KeyStore, StoreAway, StoredKey
from pcf_gateway.auth.principal import Principal

__all__ = ["KeyCheck"]

_logger: Final = logging.getLogger(__name__)
_NO_DIGEST: Final = bytes(32)
_USE_EVERY: Final = timedelta(hours=1)
_MOST_KNOWN: Final = 10_000


@dataclass(frozen=True, slots=True)
class _Known:
    key: StoredKey | None
    until_s: float


class KeyCheck:
    """What was looked up is believed for `believed_s`: after that long at most, a revocation holds here too."""

    def __init__(
        self,
        store: KeyStore,
        *,
        peppers: Sequence[bytes],
        believed_s: float,
        now: Callable[[], datetime],
        elapsed_s: Callable[[], float],
    ) -> None:
        self._store = store
        self._peppers = peppers
        self._believed_s = believed_s
        self._now = now
        self._elapsed_s = elapsed_s
        self._known: OrderedDict[str, _Known] = OrderedDict()
        self._asking: dict[str, asyncio.Task[StoredKey | None]] = {}

    async def principal(self, text: str) -> Principal | None:
        """The key's owner; None for whatever is no key that works, and no telling why. StoreAway."""
        key = api_key.parse(text)
        if key is None:
            return None
        stored = await self._look_up(key.key_id)
        # The same work for a key that does not exist.
        right = api_key.fits(key, _NO_DIGEST if stored is None else stored.digest, self._peppers)
        if stored is None or not right or not stored.works(self._now()):
            return None
        return Principal(f"key:{stored.name}", stored.tenant, frozenset(stored.scopes))

    async def _look_up(self, key_id: str) -> StoredKey | None:
        known = self._known.get(key_id)
        if known is not None and self._elapsed_s() < known.until_s:
            return known.key
        # Requests that come together ask once; each may give up without the others' losing the answer.
        asking = self._asking.get(key_id)
        if asking is None:
            asking = self._asking[key_id] = asyncio.create_task(self._ask(key_id))
            asking.add_done_callback(lambda _: self._asking.pop(key_id))
        return await asyncio.shield(asking)

    async def _ask(self, key_id: str) -> StoredKey | None:
        # From before the question on: what is revoked while it is under way may not be in the answer.
        until_s = self._elapsed_s() + self._believed_s
        key = await self._store.find(key_id)
        self._known[key_id] = _Known(key, until_s)
        self._known.move_to_end(key_id)
        if len(self._known) > _MOST_KNOWN:
            self._known.popitem(last=False)
        if key is not None and key.works(self._now()):
            await self._note_use(key)
        return key

    async def _note_use(self, key: StoredKey) -> None:
        now = self._now()
        if key.last_use_time is not None and now - key.last_use_time < _USE_EVERY:
            return
        try:
            await self._store.used(key.key_id, at=now)
        except StoreAway:
            # Whoever may come in comes in; the next look notes it.
            _logger.warning("use of a key not noted", extra={"pcf.key": key.key_id})
