"""What is done with API keys: each tenant's administrators make, list, rotate and revoke that tenant's."""

import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from pcf_runtime import request_context
from pcf_runtime.errors import InvalidArgument, NotFound, Violation
from pcf_runtime.pagination import decode_token, encode_token

from pcf_gateway.auth import api_key
from pcf_gateway.auth.api_key import ApiKey
from pcf_gateway.auth.key_event import KeyEvent, KeyEventType
from pcf_gateway.auth.key_store import KeyStore, MadeBefore, StoredKey
from pcf_gateway.auth.scopes import Scope
from pcf_gateway.problems.refusal import Refusal

__all__ = ["KeyDesk", "Page", "Wanted"]

_DOMAIN: Final = "gateway.pcf"
_ENDED: Final = "A key that has expired or was revoked cannot be rotated."
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
    """Every method raises StoreAway, and every change leaves an event for the audit log.

    A `request_id` makes at most one key: Refusal when it comes again, for the secret was told and is not kept.
    """

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

    async def create(
        self, wanted: Wanted, *, tenant: str, actor: str, request_id: str | None = None
    ) -> tuple[StoredKey, ApiKey]:
        """The key as it is kept, and as its owner gets it, this once. InvalidArgument, Refusal."""
        now = self._now()
        if wanted.expire_time is not None and wanted.expire_time <= now:
            raise InvalidArgument(
                "INVALID_REQUEST",
                "The key would never work.",
                domain=_DOMAIN,
                violations=[Violation("expire_time", "must be in the future")],
            )
        stored, key = self._make(wanted, tenant=tenant, actor=actor, now=now)
        event = self._event("key.created", stored, actor=actor, now=now)
        with _told_once():
            await self._store.add(stored, event, request_id=request_id)
        _log(event)
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
        key = await self._owned(key_id, tenant)
        if key.revoke_time is not None:
            return key
        now = self._now()
        event = self._event("key.revoked", key, actor=actor, now=now)
        revoked = await self._store.revoke(tenant, key_id, event, at=now)
        if revoked is None:
            raise _no_key()
        _log(event)
        return revoked

    async def rotate(
        self, key_id: str, *, tenant: str, actor: str, overlap: timedelta, request_id: str | None = None
    ) -> tuple[StoredKey, ApiKey]:
        """A new key of the same name, scopes and lifetime; the old one works for the overlap. NotFound, Refusal."""
        old = await self._owned(key_id, tenant)
        now = self._now()
        if not old.works(now):
            # It may be this very request that ended it.
            made = None if request_id is None else await self._store.made_with(request_id)
            raise _made_before(made) if made else Refusal("KEY_ENDED", _ENDED)
        expire_time = None if old.expire_time is None else now + (old.expire_time - old.create_time)
        wanted = Wanted(old.name, old.scopes, expire_time)
        stored, key = self._make(wanted, tenant=tenant, actor=actor, now=now)
        event = replace(self._event("key.rotated", old, actor=actor, now=now), new_key_id=stored.key_id)
        with _told_once():
            await self._store.replace(stored, event, old_id=key_id, old_ends=now + overlap, request_id=request_id)
        _log(event)
        return stored, key

    async def _owned(self, key_id: str, tenant: str) -> StoredKey:
        key = await self._store.find(key_id)
        if key is None or key.tenant != tenant:
            raise _no_key()
        return key

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

    def _event(self, kind: KeyEventType, key: StoredKey, *, actor: str, now: datetime) -> KeyEvent:
        return KeyEvent(
            event_id=self._new_id(now),
            type=kind,
            event_time=now,
            tenant=key.tenant,
            actor=actor,
            request_id=request_context.current().request_id,
            key_id=key.key_id,
            name=key.name,
            scopes=key.scopes,
        )


@contextmanager
def _told_once() -> Iterator[None]:
    try:
        yield
    except MadeBefore as made:
        raise _made_before(made.key_id) from None


def _made_before(key_id: str) -> Refusal:
    return Refusal(
        "KEY_MADE_BEFORE",
        "This Idempotency-Key has made a key already; its secret was told then and cannot be told again.",
        details={"key": key_id},
    )


def _no_key() -> NotFound:
    return NotFound("KEY_NOT_FOUND", "The tenant has no such key.", domain=_DOMAIN)


def _log(event: KeyEvent) -> None:
    what = event.type.removeprefix("key.")
    _logger.info("key %s", what, extra={"pcf.key": event.key_id, "user.name": event.actor})
