"""What is kept of API keys, and the port to where it is kept."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Protocol

from pcf_runtime.errors import Unavailable

from pcf_gateway.auth.key_event import KeyEvent, KeyTrail
from pcf_gateway.auth.scopes import Scope

__all__ = ["KeyStore", "MadeBefore", "StoreAway", "StoredKey"]

_DOMAIN: Final = "gateway.pcf"


@dataclass(frozen=True, slots=True)
class StoredKey:
    """A key without its secret."""

    key_id: str
    tenant: str
    name: str
    scopes: tuple[Scope, ...]
    digest: bytes
    create_time: datetime
    created_by: str
    expire_time: datetime | None = None
    revoke_time: datetime | None = None
    last_use_time: datetime | None = None
    """Within an hour, not to the second."""

    def works(self, now: datetime) -> bool:
        return self.revoke_time is None and (self.expire_time is None or now < self.expire_time)


class StoreAway(Unavailable):
    """The keys' database does not answer; nobody can be let in, and nobody is told that their key is wrong."""

    def __init__(self) -> None:
        super().__init__("UNAVAILABLE", "The keys cannot be looked up now.", domain=_DOMAIN, retry_after_s=2.0)


class MadeBefore(Exception):  # noqa: N818 - the desk turns it into a refusal
    """The request with this id has made a key already."""

    def __init__(self, key_id: str) -> None:
        super().__init__(key_id)
        self.key_id = key_id


class KeyStore(Protocol):
    """Every method raises StoreAway. Changes reach only keys of the tenant that is named.

    A change and the event that tells of it are one transaction. A `request_id` makes at most one key.
    """

    @property
    def trail(self) -> KeyTrail:
        """The events that the changes left."""

    async def check(self) -> None:
        """Raises unless it can serve."""

    async def add(self, key: StoredKey, event: KeyEvent, *, request_id: str | None = None) -> None:
        """MadeBefore."""

    async def made_with(self, request_id: str) -> str | None:
        """The id of the key that this request made."""

    async def find(self, key_id: str) -> StoredKey | None: ...

    async def list_keys(self, tenant: str, *, before: str, limit: int) -> Sequence[StoredKey]:
        """Of a tenant, newest first, from behind the id `before` on; an empty one means from the newest on."""

    async def revoke(self, tenant: str, key_id: str, event: KeyEvent, *, at: datetime) -> StoredKey | None:
        """From then on it works no more; a key that was revoked before keeps its time, without another event.

        None: the tenant has no such key.
        """

    async def replace(
        self, new: StoredKey, event: KeyEvent, *, old_id: str, old_ends: datetime, request_id: str | None = None
    ) -> None:
        """Add the new one and let the old one expire, both or neither; never later than it would have. MadeBefore."""

    async def used(self, key_id: str, *, at: datetime) -> None: ...
