"""Seals what is personal before it is stored, and opens it for who reads, under the tenants' keys.

A key is made when a tenant's first event comes. Keys are remembered for a minute: for so long may other instances than
the one that erased a tenant still read its data, and still seal new events with the key that is gone.
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from pcf_runtime.sealing import Sealer, UnsealableError

from pcf_audit.domain.event import DEFAULT_TENANT, Entry, Event
from pcf_audit.domain.tenant_key import Sealed, TenantKey, WrappedKey, key_id_of
from pcf_audit.errors import KeysDiffer, LogDamaged
from pcf_audit.ports import KeyStore

__all__ = ["ERASED", "REMEMBERED_S", "Revealed", "Vault"]

ERASED: Final = "erased"
"""What an actor reads once its tenant's key is gone."""

REMEMBERED_S: Final = 60.0
_MOST_REMEMBERED: Final = 10_000
_PAGE: Final = 500


@dataclass(frozen=True, slots=True)
class Revealed:
    """An event in plain words, as far as there still is a key."""

    event: Event
    is_erased: bool


@dataclass(frozen=True, slots=True)
class _Remembered:
    key: TenantKey | None
    until_s: float


class Vault:
    """`masters` open the tenants' keys; the first one seals new ones. `elapsed_s` is a clock that only goes forward."""

    def __init__(self, store: KeyStore, masters: Sequence[Sealer], *, elapsed_s: Callable[[], float]) -> None:
        self._store = store
        self._masters = tuple(masters)
        self._elapsed_s = elapsed_s
        self._current: dict[str, _Remembered] = {}
        self._by_id: dict[str, _Remembered] = {}
        self._turn = asyncio.Lock()

    async def seal(self, events: Sequence[Event]) -> list[Sealed]:
        """As these are to be stored; makes the keys of tenants that have none."""
        keys = {}
        for tenant in {event.tenant for event in events}:
            # One after the other: a key is made once, and calls go on in the order in which they came.
            async with self._turn:
                keys[tenant] = await self._key_for(tenant)
        return [keys[event.tenant].seal(event) for event in events]

    async def reveal(self, entry: Entry) -> Revealed:
        """What was stored. LogDamaged when it is not what we seal."""
        if entry.is_plain:
            return Revealed(entry.event, is_erased=False)
        key_id = key_id_of(entry.event.actor)
        if not key_id:
            raise LogDamaged
        key = await self._key(key_id)
        if key is None:
            return Revealed(replace(entry.event, actor=ERASED, personal={}), is_erased=True)
        try:
            return Revealed(key.open(entry.event), is_erased=False)
        except UnsealableError as error:
            raise LogDamaged from error

    async def names_of(self, actor: str, *, tenant: str) -> tuple[str, ...]:
        """The texts by which this actor of the tenant may stand in the log."""
        key = await self._current_key(tenant)
        plain = (actor,) if tenant == DEFAULT_TENANT else ()  # in events older than tenants
        return (key.seal_actor(actor), *plain) if key else plain

    async def check(self, *, limit: int = 1) -> int:
        """KeysDiffer unless the master keys open as many of the tenants' keys; gives how many there were."""
        found, after = 0, ""
        while found < limit and (page := await self._store.keys(after=after, limit=min(limit - found, _PAGE))):
            for wrapped in page:
                self._opened(wrapped)
            found, after = found + len(page), page[-1].tenant
        return found

    async def _key_for(self, tenant: str) -> TenantKey:
        key = await self._current_key(tenant)
        if key is None:
            # Another instance may be doing the same: the store keeps one, and both take that.
            await self._store.keep(WrappedKey.make(tenant, self._masters[0]))
            key = await self._current_key(tenant)
        if key is None:
            raise KeysDiffer(f"The key of tenant {tenant} was erased this moment; repeat.")
        return key

    async def _current_key(self, tenant: str) -> TenantKey | None:
        known = self._current.get(tenant)
        if known is None or known.until_s <= self._elapsed_s():
            known = self._remember(await self._store.key_of(tenant))
            # That there is none is not remembered: another instance may make one now.
            _put(self._current, tenant, known if known.key else None)
        return known.key

    async def _key(self, key_id: str) -> TenantKey | None:
        known = self._by_id.get(key_id)
        if known is None or known.until_s <= self._elapsed_s():
            known = self._remember(await self._store.key(key_id))
            _put(self._by_id, key_id, known)
        return known.key

    def _remember(self, wrapped: WrappedKey | None) -> _Remembered:
        return _Remembered(self._opened(wrapped) if wrapped else None, self._elapsed_s() + REMEMBERED_S)

    def _opened(self, wrapped: WrappedKey) -> TenantKey:
        try:
            return wrapped.open(*self._masters)
        except UnsealableError as error:
            sentence = f"{error}, or was changed: set PCF_AUDIT_MASTER_KEY to that one, or add it to _MASTER_KEY_OLD."
            raise KeysDiffer(sentence) from error


def _put(remembered: dict[str, _Remembered], name: str, value: _Remembered | None) -> None:
    if value is None:
        remembered.pop(name, None)
        return
    if len(remembered) >= _MOST_REMEMBERED:
        remembered.clear()
    remembered[name] = value
