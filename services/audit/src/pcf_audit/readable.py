"""Stored contents read back: what cannot be read was damaged."""

from collections.abc import Iterator
from contextlib import contextmanager

from pcf_audit.domain.event import Entry, UnreadableContentError
from pcf_audit.domain.tree import Leaf
from pcf_audit.errors import LogDamaged

__all__ = ["entry_of", "readable"]


def entry_of(leaf: Leaf) -> Entry:
    """The entry that a leaf is; LogDamaged."""
    with readable():
        return Entry.from_content(leaf.content)


@contextmanager
def readable() -> Iterator[None]:
    """LogDamaged for contents that cannot be read."""
    try:
        yield
    except UnreadableContentError as error:
        raise LogDamaged from error
