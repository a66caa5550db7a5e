"""Whether an API key works, without asking the database every time."""

import asyncio
import hashlib
import hmac
import logging
import secrets
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
_PROOF_BYTES: Final = 32


@dataclass(slots=True)
class _Known:
    key: StoredKey | None
    until_s: float
    proof: bytes = b""
    """Of the text that was found to be this key, once one was."""
    owner: Principal | None = None


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
        # A key that was right is known again by a hash that only this process can make, cheaper than what is stored.
        self._own_secret = secrets.token_bytes(_PROOF_BYTES)
        self._asking: dict[str, asyncio.Task[StoredKey | None]] = {}

    async def principal(self, text: str) -> Principal | None:
        """The key's owner; None for whatever is no key that works, and no telling why. StoreAway."""
        proof = hashlib.blake2b(text.encode(), key=self._own_secret, digest_size=_PROOF_BYTES).digest()
        again = self._again(text, proof)
        if again is not None:
            return again
        key = api_key.parse(text)
        if key is None:
            return None
        stored = await self._look_up(key.key_id)
        # The same work for a key that does not exist.
        right = api_key.fits(key, _NO_DIGEST if stored is None else stored.digest, self._peppers)
        if stored is None or not right or not stored.works(self._now()):
            return None
        owner = Principal(f"key:{stored.name}", stored.tenant, frozenset(stored.scopes))
        known = self._known.get(key.key_id)
        if known is not None and known.key is stored:
            known.proof, known.owner = proof, owner
        return owner

    def _again(self, text: str, proof: bytes) -> Principal | None:
        """Of a key that was found to be right before, while what is known of it is believed."""
        known = self._known.get(api_key.id_in(text))
        if known is None or known.key is None or not hmac.compare_digest(known.proof, proof):
            return None
        return known.owner if self._elapsed_s() < known.until_s and known.key.works(self._now()) else None

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
