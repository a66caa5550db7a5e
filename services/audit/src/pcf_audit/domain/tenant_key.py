"""What is personal in an event, sealed under a key of the event's tenant: readable until that key is deleted.

    sealed:<key id>:<base64url of AES-SIV(key, text)>

AES-SIV (RFC 5297, 64-byte key) is deterministic on purpose: the same text of the same field seals to the same bytes
within a tenant, so an actor can be looked for, and an event that is appended again compares equal. What that shows to
who reads the store: which events of a tenant have the same actor or the same personal text, and how long it is. The
tenant and the field's name are authenticated along, so a sealed text cannot be moved to another field.
"""

import base64
import binascii
import secrets
from dataclasses import dataclass, replace
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV
from pcf_runtime.sealing import Sealer, UnsealableError

from pcf_audit.domain.event import Event

__all__ = ["Sealed", "TenantKey", "WrappedKey", "key_id_of"]

_PREFIX: Final = "sealed"
_ID_BYTES: Final = 8
_KEY_BITS: Final = 512
_REMEMBERED: Final = 10_000


@dataclass(frozen=True, slots=True)
class Sealed:
    """An event as it is to be stored, and its actor in plain words."""

    event: Event
    actor: str


@dataclass(frozen=True, slots=True)
class WrappedKey:
    """A tenant's key as it is stored: sealed with the master key."""

    tenant: str
    key_id: str
    wrapped: bytes

    @classmethod
    def make(cls, tenant: str, master: Sealer) -> "WrappedKey":
        """A new one."""
        key_id = secrets.token_hex(_ID_BYTES)
        return cls(tenant, key_id, master.seal(AESSIV.generate_key(_KEY_BITS), context=_context(tenant, key_id)))

    def open(self, *masters: Sealer) -> "TenantKey":
        """The key itself; UnsealableError when none of these sealed it, or it was changed."""
        for master in masters:
            try:
                return TenantKey(self.tenant, self.key_id, master.open(self.wrapped, context=self._context))
            except UnsealableError:
                continue
        raise UnsealableError(f"the key {self.key_id} of tenant {self.tenant} is sealed with another master key")

    @property
    def _context(self) -> bytes:
        return _context(self.tenant, self.key_id)


class TenantKey:
    """Seals and opens what is personal in one tenant's events."""

    def __init__(self, tenant: str, key_id: str, key: bytes) -> None:
        self.tenant = tenant
        self.key_id = key_id
        self._cipher = AESSIV(key)
        self._actors: dict[str, str] = {}

    def seal(self, event: Event) -> Sealed:
        sealed = Event(  # `replace` takes as long as all the rest
            event_id=event.event_id,
            type=event.type,
            event_time_ns=event.event_time_ns,
            actor=self.seal_actor(event.actor),
            outcome=event.outcome,
            build=event.build,
            request_id=event.request_id,
            details=event.details,
            tenant=event.tenant,
            personal={name: self._seal(text, "personal", name) for name, text in event.personal.items()},
        )
        return Sealed(sealed, event.actor)

    def seal_actor(self, actor: str) -> str:
        """As it stands in each content: few actors make most events, so it is remembered."""
        sealed = self._actors.get(actor)
        if sealed is None:
            if len(self._actors) >= _REMEMBERED:
                self._actors.clear()
            sealed = self._actors[actor] = self._seal(actor, "actor")
        return sealed

    def open(self, event: Event) -> Event:
        """As its witness reported it; UnsealableError when it was not sealed so."""
        personal = {name: self._open(text, "personal", name) for name, text in event.personal.items()}
        return replace(event, actor=self._open(event.actor, "actor"), personal=personal)

    def _seal(self, text: str, *field: str) -> str:
        sealed = self._cipher.encrypt(text.encode(), self._bound(field))
        return f"{_PREFIX}:{self.key_id}:{base64.urlsafe_b64encode(sealed).decode()}"

    def _open(self, text: str, *field: str) -> str:
        try:
            sealed = base64.b64decode(text.rpartition(":")[2], altchars=b"-_", validate=True)
            return self._cipher.decrypt(sealed, self._bound(field)).decode()
        except (InvalidTag, binascii.Error, ValueError) as error:
            raise UnsealableError(f"a text of tenant {self.tenant} was not sealed for its place") from error

    def _bound(self, field: tuple[str, ...]) -> list[bytes]:
        return [self.tenant.encode(), *(part.encode() for part in field)]


def key_id_of(text: str) -> str:
    """Which key sealed this text; empty when it is not a sealed one."""
    prefix, _, rest = text.partition(":")
    return rest.partition(":")[0] if prefix == _PREFIX else ""


def _context(tenant: str, key_id: str) -> bytes:
    return f"tenant key {key_id} of {tenant}".encode()
