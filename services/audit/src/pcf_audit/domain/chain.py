"""The chain that makes the log tamper-evident.

    entry_hash = lower-case hex of SHA-256( previous_hash as 64 ASCII characters + canonical content )

`previous_hash` is the entry_hash of the event before; the first event has 64 zeros. Anyone can recompute it
from an export. What the chain alone cannot show is that its end was cut off, so a store remembers its head
apart from the entries, and `Walk` compares the two.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

__all__ = ["EMPTY", "GENESIS", "Break", "Head", "Link", "Walk", "entry_hash"]

GENESIS = "0" * 64


@dataclass(frozen=True, slots=True)
class Link:
    """An entry as it is stored: its place, its canonical content, and the two hashes that chain it."""

    index: int
    content: bytes
    previous_hash: str
    entry_hash: str


@dataclass(frozen=True, slots=True)
class Head:
    """Where the log ends."""

    event_count: int
    entry_hash: str
    record_time_ns: int


EMPTY = Head(event_count=0, entry_hash=GENESIS, record_time_ns=0)


@dataclass(frozen=True, slots=True)
class Break:
    """The first position at which the log is not what it should be, and how."""

    index: int
    fault: str


def entry_hash(previous_hash: str, content: bytes) -> str:
    """The hash that chains this content to the event before."""
    return hashlib.sha256(previous_hash.encode() + content).hexdigest()


class Walk:
    """Follows a log from its first link, page by page, and tells where it first breaks."""

    def __init__(self) -> None:
        self.event_count = 0
        self.head_hash = GENESIS

    def follow(self, links: Iterable[Link]) -> Break | None:
        """Checks the next links in the store's order."""
        for link in links:
            fault = self._fault(link)
            if fault:
                return Break(self.event_count, fault)
            self.event_count += 1
            self.head_hash = link.entry_hash
        return None

    def arrive(self, head: Head) -> Break | None:
        """Checks that what was followed ends where the log is said to end."""
        if self.event_count < head.event_count:
            return Break(self.event_count, "the event is missing")
        if self.event_count > head.event_count:
            return Break(head.event_count, "an event stands behind the end of the log")
        if self.head_hash != head.entry_hash:
            return Break(max(head.event_count - 1, 0), "the hash is not the one recorded as the log's head")
        return None

    def _fault(self, link: Link) -> str:
        if link.index > self.event_count:
            return "the event is missing"
        if link.index < self.event_count:
            return "an event stands out of order"
        if link.previous_hash != self.head_hash:
            return "previous_hash is not the hash of the event before"
        if link.entry_hash != entry_hash(link.previous_hash, link.content):
            return "the content does not match entry_hash"
        return ""
