"""What one transaction adds to the log: whole calls, admitted one after the other."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pcf_audit.domain.chain import Head, Link, entry_hash
from pcf_audit.domain.event import Entry, Event

__all__ = ["Growth", "Receipt", "Reuse"]


@dataclass(frozen=True, slots=True)
class Receipt:
    """Where an event stands."""

    event_id: str
    index: int
    entry_hash: str
    is_duplicate: bool


@dataclass(frozen=True, slots=True)
class Reuse:
    """Why a call is refused: this id stands for another content."""

    event_id: str


@dataclass(frozen=True, slots=True)
class _Place:
    event: Event
    index: int
    entry_hash: str


class Growth:
    """Collects the links to add behind `head`; calls that are refused leave no trace."""

    def __init__(self, head: Head, *, known: Iterable[Link], now_ns: int) -> None:
        self.head = head
        self.links: list[Link] = []
        self.events: list[Event] = []
        # A clock may go back; the log's own times must not, or a range of times would not be a range of it.
        self._record_time_ns = max(now_ns, head.record_time_ns)
        self._places = {place.event.event_id: place for place in map(_place, known)}

    def admit(self, events: Sequence[Event]) -> tuple[Receipt, ...] | Reuse:
        """Takes all events of one call, or none of them."""
        met: dict[str, Event] = {}
        for event in events:
            place = self._places.get(event.event_id)
            first = place.event if place else met.setdefault(event.event_id, event)
            if first != event:
                return Reuse(event.event_id)
        return tuple(self._admit_one(event) for event in events)

    def _admit_one(self, event: Event) -> Receipt:
        known = self._places.get(event.event_id)
        if known:
            return Receipt(event.event_id, known.index, known.entry_hash, is_duplicate=True)
        place = self._add(event)
        self._places[event.event_id] = place
        return Receipt(event.event_id, place.index, place.entry_hash, is_duplicate=False)

    def _add(self, event: Event) -> _Place:
        index, previous = self.head.event_count, self.head.entry_hash
        content = Entry(event, index, self._record_time_ns).content()
        link = Link(index, content, previous, entry_hash(previous, content))
        self.links.append(link)
        self.events.append(event)
        self.head = Head(index + 1, link.entry_hash, self._record_time_ns)
        return _Place(event, index, link.entry_hash)


def _place(link: Link) -> _Place:
    return _Place(Entry.from_content(link.content).event, link.index, link.entry_hash)
