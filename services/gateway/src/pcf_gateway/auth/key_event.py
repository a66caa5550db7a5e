"""What the audit log is told of keys, and the port to where that waits: written with the change it tells of."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal, Protocol, TypeAlias

from pydantic import TypeAdapter

from pcf_gateway.auth.scopes import Scope

__all__ = ["KeyEvent", "KeyEventType", "KeyTrail", "read_event", "write_event"]

KeyEventType: TypeAlias = Literal["key.created", "key.rotated", "key.revoked", "key.erased"]


@dataclass(frozen=True, slots=True)
class KeyEvent:
    """Who did what with which key; nothing of its secret, not even the hash."""

    event_id: str
    """A ULID; by it the log knows an event that reaches it twice."""
    type: KeyEventType
    event_time: datetime
    tenant: str
    actor: str
    request_id: str
    key_id: str
    name: str
    scopes: tuple[Scope, ...]
    new_key_id: str | None = None
    """The key that a rotation made."""


class KeyTrail(Protocol):
    """Events on their way to the audit log, oldest first. Every method raises StoreAway."""

    @property
    def changed(self) -> asyncio.Event:
        """Set by whatever this process adds; other processes' events are found by looking."""

    async def undelivered(self, *, limit: int) -> Sequence[KeyEvent]: ...

    async def delivered(self, event_ids: Sequence[str]) -> None:
        """The log has them."""

    async def set_aside(self, event_id: str, *, reason: str) -> None:
        """The log will never have it: it is kept where operators find it."""

    async def depth(self) -> int:
        """How many wait."""


_ADAPTER: Final = TypeAdapter(KeyEvent)


def write_event(event: KeyEvent) -> str:
    return _ADAPTER.dump_json(event).decode()


def read_event(text: str) -> KeyEvent:
    return _ADAPTER.validate_json(text)
