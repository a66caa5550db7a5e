"""An event, and the one canonical form of its place in the log.

The canonical content of an entry is RFC 8785 JSON in UTF-8: one object with exactly the members

    actor, build, details, event_id, event_time, index, outcome, personal, record_time, request_id, tenant, type

Members are sorted (as are the details and what is personal, by UTF-16 code units), nothing is left out when empty,
there is no white space, strings escape only what JSON demands, `index` is the one number, times are RFC 3339 with nine
fraction digits and `Z`, the outcome is `succeeded`, `refused` or `failed`. The actor and what is personal stand in it
sealed only (tenant_key.py). These bytes are what the tree hashes and what a store keeps, so nothing can be in one and
not in the other.

Logs that are older than tenants hold contents without `tenant` and `personal`, their actors in plain words. They stay
as they are, or their hashes would not hold.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final

from pcf_audit.domain import instant

__all__ = ["DEFAULT_TENANT", "Entry", "Event", "Outcome", "UnreadableContentError"]

DEFAULT_TENANT: Final = "default"

_WRITER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))


class UnreadableContentError(ValueError):
    """Stored bytes that are not the content of an entry: somebody changed them."""


class Outcome(StrEnum):
    """How what happened ended."""

    SUCCEEDED = "succeeded"
    REFUSED = "refused"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened: as its witness reported it, or as it is stored, with what is personal sealed."""

    event_id: str
    type: str
    event_time_ns: int
    actor: str
    outcome: Outcome
    build: str = ""
    request_id: str = ""
    details: Mapping[str, str] = field(default_factory=dict)
    tenant: str = DEFAULT_TENANT
    personal: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Entry:
    """An event at its place in the log, with what is personal sealed."""

    event: Event
    index: int
    record_time_ns: int
    is_plain: bool = False
    """Whether it is older than tenants, its actor in plain words."""

    def content(self) -> bytes:
        """The canonical form, see the top of this file."""
        event = self.event
        members = {
            "actor": event.actor,
            "build": event.build,
            "details": _sorted(event.details),
            "event_id": event.event_id,
            "event_time": instant.to_text(event.event_time_ns),
            "index": self.index,
            "outcome": event.outcome.value,
            "personal": _sorted(event.personal),
            "record_time": instant.to_text(self.record_time_ns),
            "request_id": event.request_id,
            "tenant": event.tenant,
            "type": event.type,
        }
        return _WRITER.encode(members).encode()

    @classmethod
    def from_content(cls, content: bytes) -> "Entry":
        """Back from the canonical form; UnreadableContentError when these bytes are not one."""
        try:
            members = json.loads(content)
            is_plain = "tenant" not in members
            event = Event(
                event_id=_text(members["event_id"]),
                type=_text(members["type"]),
                event_time_ns=instant.from_text(members["event_time"]),
                actor=_text(members["actor"]),
                outcome=Outcome(members["outcome"]),
                build=_text(members["build"]),
                request_id=_text(members["request_id"]),
                details=_texts(members["details"]),
                tenant=DEFAULT_TENANT if is_plain else _text(members["tenant"]),
                personal={} if is_plain else _texts(members["personal"]),
            )
            return cls(event, int(members["index"]), instant.from_text(members["record_time"]), is_plain)
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise UnreadableContentError(f"not the content of an entry: {error}") from error


def _sorted(texts: Mapping[str, str]) -> dict[str, str]:
    # The same order for plain names, in a third of the time.
    order = sorted(texts) if all(map(str.isascii, texts)) else sorted(texts, key=_utf16)
    return {name: texts[name] for name in order}


def _utf16(name: str) -> bytes:
    return name.encode("utf-16-be")


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(f"expected text, found {type(value).__name__}")
    return value


def _texts(value: Any) -> dict[str, str]:
    return {name: _text(text) for name, text in value.items()}
