"""What one transaction adds to the log: whole calls, admitted one after the other."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from pcf_runtime.merkle import Node, leaf_hash

from pcf_audit.domain.event import Entry, Event
from pcf_audit.domain.tenant_key import Sealed, key_id_of
from pcf_audit.domain.tree import STORED_EVERY, Batch, Filed, Head, Leaf, Row

__all__ = ["Growth", "Receipt", "Reuse"]


@dataclass(frozen=True, slots=True)
class Receipt:
    """Where an event stands."""

    event_id: str
    index: int
    leaf_hash: bytes
    is_duplicate: bool


@dataclass(frozen=True, slots=True)
class Reuse:
    """Why a call is refused: this id stands for another content."""

    event_id: str


@dataclass(frozen=True, slots=True)
class _Place:
    entry: Entry
    leaf_hash: bytes


class Growth:
    """Collects the leaves to add behind `head`; calls that are refused leave no trace."""

    def __init__(self, head: Head, *, known: Iterable[Leaf], now_ns: int) -> None:
        self.rows: list[Row] = []
        self.events: list[Event] = []
        self._subtrees: dict[Node, bytes] = {}
        self._head = head
        self._frontier = head.grown_from()
        # A clock may go back; the log's own times must not, or a range of times would not be a range of it.
        self._record_time_ns = max(now_ns, head.record_time_ns)
        self._places = {place.entry.event.event_id: place for place in map(_place, known)}

    @property
    def size(self) -> int:
        """How many events the log has with what was admitted."""
        return self._frontier.size

    def admit(self, events: Sequence[Sealed]) -> tuple[Receipt, ...] | Reuse:
        """Takes all events of one call, or none of them."""
        met: dict[str, Sealed] = {}
        for given in events:
            event_id = given.event.event_id
            place = self._places.get(event_id)
            is_same = _is_same(place.entry, given) if place else met.setdefault(event_id, given) == given
            if not is_same:
                return Reuse(event_id)
        return tuple(self._admit_one(given.event) for given in events)

    def batch(self) -> Batch:
        """All that was admitted, with a head that nobody has signed yet."""
        head = Head(
            first=self._head.size,
            size=self._frontier.size,
            root=self._frontier.root(),
            frontier=self._frontier.hashes,
            note="",
            record_time_ns=self._record_time_ns,
        )
        return Batch(self.rows, self._subtrees, head)

    def _admit_one(self, event: Event) -> Receipt:
        known = self._places.get(event.event_id)
        if known:
            return Receipt(event.event_id, known.entry.index, known.leaf_hash, is_duplicate=True)
        place = self._add(event)
        self._places[event.event_id] = place
        return Receipt(event.event_id, place.entry.index, place.leaf_hash, is_duplicate=False)

    def _add(self, event: Event) -> _Place:
        entry = Entry(event, self._frontier.size, self._record_time_ns)
        self.events.append(event)
        return _Place(entry, self.add_content(entry.content(), Filed.of(entry)))

    def add_content(self, content: bytes, filed: Filed) -> bytes:
        """Adds a leaf whose content is settled; gives its hash."""
        index, hashed = self._frontier.size, leaf_hash(content)
        self.rows.append(Row(Leaf(index, content, hashed), filed))
        completed = self._frontier.append(hashed)
        for level in range(STORED_EVERY, len(completed), STORED_EVERY):
            self._subtrees[level, index >> level] = completed[level]
        return hashed


def _place(leaf: Leaf) -> _Place:
    return _Place(Entry.from_content(leaf.content), leaf.hash)


def _is_same(known: Entry, given: Sealed) -> bool:
    """Whether this is the event that is in the log already."""
    if known.is_plain:
        return known.event == replace(given.event, actor=given.actor)
    if key_id_of(known.event.actor) == key_id_of(given.event.actor):
        return known.event == given.event
    # The tenant was erased since: what was personal cannot be compared any more.
    return _impersonal(known.event) == _impersonal(given.event)


def _impersonal(event: Event) -> Event:
    return replace(event, actor="", personal=dict.fromkeys(event.personal, ""))
