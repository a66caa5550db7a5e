"""What is done with API keys: each tenant's administrators make, list, rotate and revoke that tenant's."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from pcf_runtime.errors import InvalidArgument, NotFound, Violation
from pcf_runtime.pagination import decode_token, encode_token

from pcf_gateway.auth import api_key
from pcf_gateway.auth.api_key import ApiKey
from pcf_gateway.auth.key_store import KeyStore, StoredKey
from pcf_gateway.auth.scopes import Scope
from pcf_gateway.problems.refusal import Refusal

__all__ = ["KeyDesk", "Page", "Wanted"]

_DOMAIN: Final = "gateway.pcf"
_logger: Final = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Wanted:
    """A key that is asked for; `expire_time` None means never."""

    name: str
    scopes: Sequence[Scope]
    expire_time: datetime | None


@dataclass(frozen=True, slots=True)
class Page:
    """Some of a tenant's keys, and the token of the next page, if there is one."""

    keys: Sequence[StoredKey]
    next_token: str | None


class KeyDesk:
    """Every method raises StoreAway."""

    def __init__(
        self, store: KeyStore, *, pepper: bytes, now: Callable[[], datetime], new_id: Callable[[datetime], str]
    ) -> None:
        self._store = store
        self._pepper = pepper
        self._now = now
        self._new_id = new_id

    def state(self, key: StoredKey) -> str:
        if key.revoke_time is not None:
            return "revoked"
        return "active" if key.works(self._now()) else "expired"

    async def create(self, wanted: Wanted, *, tenant: str, actor: str) -> tuple[StoredKey, ApiKey]:
        """The key as it is kept, and as its owner gets it, this once. InvalidArgument."""
        now = self._now()
        if wanted.expire_time is not None and wanted.expire_time <= now:
            raise InvalidArgument(
                "INVALID_REQUEST",
                "The key would never work.",
                domain=_DOMAIN,
                violations=[Violation("expire_time", "must be in the future")],
            )
        stored, key = self._make(wanted, tenant=tenant, actor=actor, now=now)
        await self._store.add(stored)
        self._tell("created", stored.key_id, actor)
        return stored, key

    async def list_keys(self, tenant: str, *, limit: int, token: str) -> Page:
        """Newest first. BAD_PAGE_TOKEN."""
        before = str(decode_token(token, filter_=tenant)["before"]) if token else ""
        keys = await self._store.list_keys(tenant, before=before, limit=limit + 1)
        shown = keys[:limit]
        more = len(keys) > limit
        return Page(shown, encode_token({"before": shown[-1].key_id}, filter_=tenant) if more else None)

    async def revoke(self, key_id: str, *, tenant: str, actor: str) -> StoredKey:
        """It works no more; safe to repeat. NotFound."""
        revoked = await self._store.revoke(tenant, key_id, at=self._now())
        if revoked is None:
            raise _no_key()
        self._tell("revoked", key_id, actor)
        return revoked

    async def rotate(self, key_id: str, *, tenant: str, actor: str, overlap: timedelta) -> tuple[StoredKey, ApiKey]:
        """A new key of the same name, scopes and lifetime; the old one works for the overlap. NotFound, Refusal."""
        old = await self._store.find(key_id)
        if old is None or old.tenant != tenant:
            raise _no_key()
        now = self._now()
        if not old.works(now):
            raise Refusal("KEY_ENDED", "A key that has expired or was revoked cannot be rotated.")
        expire_time = None if old.expire_time is None else now + (old.expire_time - old.create_time)
        wanted = Wanted(old.name, old.scopes, expire_time)
        stored, key = self._make(wanted, tenant=tenant, actor=actor, now=now)
        await self._store.replace(stored, old_id=key_id, old_ends=now + overlap)
        self._tell("rotated", key_id, actor)
        return stored, key

    def _make(self, wanted: Wanted, *, tenant: str, actor: str, now: datetime) -> tuple[StoredKey, ApiKey]:
        key = ApiKey(self._new_id(now), api_key.new_secret())
        stored = StoredKey(
            key_id=key.key_id,
            tenant=tenant,
            name=wanted.name,
            scopes=tuple(wanted.scopes),
            digest=api_key.digest(key, self._pepper),
            create_time=now,
            created_by=actor,
            expire_time=wanted.expire_time,
        )
        return stored, key

    def _tell(self, what: str, key_id: str, actor: str) -> None:
        _logger.info("key %s", what, extra={"pcf.key": key_id, "user.name": actor})


def _no_key() -> NotFound:
    return NotFound("KEY_NOT_FOUND", "The tenant has no such key.", domain=_DOMAIN)
