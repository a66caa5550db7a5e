"""An event, and the one canonical form of its place in the log.

The canonical content of an entry is RFC 8785 JSON in UTF-8: one object with exactly the members

    actor, build, details, event_id, event_time, index, outcome, record_time, request_id, type

Members are sorted (as are the details, by UTF-16 code units), nothing is left out when empty, there is no
white space, strings escape only what JSON demands, `index` is the one number, times are RFC 3339 with nine
fraction digits and `Z`, the outcome is `succeeded`, `refused` or `failed`. These bytes are what the chain
hashes and what a store keeps, so nothing can be in one and not in the other.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from pcf_audit.domain import instant

__all__ = ["Entry", "Event", "Outcome", "UnreadableContentError"]

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
    """Something that happened, as its witness reported it."""

    event_id: str
    type: str
    event_time_ns: int
    actor: str
    outcome: Outcome
    build: str = ""
    request_id: str = ""
    details: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Entry:
    """An event at its place in the log."""

    event: Event
    index: int
    record_time_ns: int

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
            "record_time": instant.to_text(self.record_time_ns),
            "request_id": event.request_id,
            "type": event.type,
        }
        return _WRITER.encode(members).encode()

    @classmethod
    def from_content(cls, content: bytes) -> "Entry":
        """Back from the canonical form; UnreadableContentError when these bytes are not one."""
        try:
            members = json.loads(content)
            event = Event(
                event_id=_text(members["event_id"]),
                type=_text(members["type"]),
                event_time_ns=instant.from_text(members["event_time"]),
                actor=_text(members["actor"]),
                outcome=Outcome(members["outcome"]),
                build=_text(members["build"]),
                request_id=_text(members["request_id"]),
                details={name: _text(value) for name, value in members["details"].items()},
            )
            return cls(event, int(members["index"]), instant.from_text(members["record_time"]))
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise UnreadableContentError(f"not the content of an entry: {error}") from error


def _sorted(details: Mapping[str, str]) -> dict[str, str]:
    return {name: details[name] for name in sorted(details, key=_utf16)}


def _utf16(name: str) -> bytes:
    return name.encode("utf-16-be")


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(f"expected text, found {type(value).__name__}")
    return value
