"""Follows a log from its first event that is kept, page by page, and tells where what is stored first disagrees."""

from collections import deque
from collections.abc import Callable, Iterable, Sequence

from pcf_runtime.merkle import Frontier, Node, leaf_hash

from pcf_audit.domain.event import Entry, UnreadableContentError
from pcf_audit.domain.tree import STORED_EVERY, Break, Filed, Head, Row

__all__ = ["Walk"]

SelfCheck = Callable[[Head], str]
"""What is wrong with a head by itself, its signature included; empty when nothing is."""


class Walk:
    """Grows the tree anew and compares. `frontier` is what stands for the events that were retired."""

    def __init__(self, frontier: Frontier, self_check: SelfCheck) -> None:
        self._frontier = frontier
        self._self_check = self_check
        self._heads = deque[Head]()
        self._known_to: int | None = None
        self._last_time_ns: int | None = None
        self.head_count = 0

    @property
    def size(self) -> int:
        """Up to where all was good."""
        return self._frontier.size

    @property
    def known_to(self) -> int:
        """Up to which size heads were taken."""
        return self._known_to or 0

    def root(self) -> bytes:
        return self._frontier.root()

    def take(self, heads: Iterable[Head]) -> Break | None:
        """Checks the next heads as far as that is possible without the events, and keeps them for `follow`."""
        for head in heads:
            fault = self._fault_of(head)
            if fault:
                return Break(head.size - 1, fault)
            self._known_to, self._last_time_ns = head.size, head.record_time_ns
            self.head_count += 1
            if head.size > self._frontier.size:
                self._heads.append(head)
        return None

    def follow(self, rows: Sequence[Row], end: int) -> tuple[dict[Node, bytes], Break | None]:
        """Checks the events up to before `end`; gives the nodes they complete that should be kept."""
        completed: dict[Node, bytes] = {}
        for row in rows:
            index = self._frontier.size
            fault = self._fault_in(row)
            if fault:
                return completed, Break(index, fault)
            nodes = self._frontier.append(row.leaf.hash)
            for level in range(STORED_EVERY, len(nodes), STORED_EVERY):
                completed[level, index >> level] = nodes[level]
            fault = self._arrive()
            if fault:
                return completed, Break(index, fault)
        return completed, Break(self._frontier.size, "the event is missing") if self._frontier.size < end else None

    def _fault_of(self, head: Head) -> str:
        if head.size <= self.known_to or head.first != self.known_to:
            return "the checkpoint does not begin where the one before it ends"
        if self._last_time_ns is not None and head.record_time_ns < self._last_time_ns:
            return "the checkpoint is older than the one before it"
        if head.size == self._frontier.size and head.frontier != self._frontier.hashes:
            return "the checkpoint is not that of the retired events"
        return self._self_check(head)

    def _fault_in(self, row: Row) -> str:
        leaf = row.leaf
        if leaf.index != self._frontier.size:
            return "the event is missing"
        if leaf_hash(leaf.content) != leaf.hash:
            return "the content does not match leaf_hash"
        try:
            entry = Entry.from_content(leaf.content)
        except UnreadableContentError:
            return "the content is not that of an event"
        if entry.index != leaf.index:
            return "the content is that of another index"
        if row.filed != Filed.of(entry):
            return "what the event is found by is not what its content says"
        if not self._heads:
            return "no checkpoint covers the event"
        if entry.record_time_ns != self._heads[0].record_time_ns:
            return "the event and its checkpoint say different times"
        return ""

    def _arrive(self) -> str:
        """Compares with the head that was signed at this size, if one was."""
        if self._heads[0].size > self._frontier.size:
            return ""
        if self._heads.popleft().frontier != self._frontier.hashes:
            return "the checkpoint is not that of the events"
        return ""
