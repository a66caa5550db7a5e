"""Which published release is current, and those that were so before it: one small object, moved whole.

    <digest of the current release>
    sequence 17
    before <digest of the one before>
    before <digest of the one before that>

What a rollback returns to stands in the pointer itself, so that one conditional write moves both or neither.
"""

import re
from dataclasses import dataclass

from pcf_brain.domain.manifest import is_digest
from pcf_brain.domain.problem import BrokenReleaseError, Problem

POINTER = "current"
POINTER_BYTES = 4_096
"""More than a pointer can hold."""

_SEQUENCE = re.compile(r"sequence ([1-9][0-9]{0,17})")
_BEFORE = "before "
_REMEMBERED = 20


class NothingBeforeError(Exception):
    """There is no earlier release to return to."""


@dataclass(frozen=True, slots=True)
class Pointer:
    """The current release, and how it came to be so."""

    digest: str
    sequence: int = 1
    """Counts every move, back and forth: of two pointers the one with the lower number is the older."""
    before: tuple[str, ...] = ()
    """Newest first."""

    def promoted(self, digest: str) -> "Pointer":
        """Move on to another release; to the same one again only counts."""
        before = self.before if digest == self.digest else (self.digest, *self.before)[:_REMEMBERED]
        return Pointer(digest, self.sequence + 1, before)

    def rolled_back(self) -> "Pointer":
        """Return to the release before this one; a second time, to the one before that."""
        if not self.before:
            raise NothingBeforeError
        return Pointer(self.before[0], self.sequence + 1, self.before[1:])

    def written(self) -> bytes:
        before = "".join(f"{_BEFORE}{digest}\n" for digest in self.before)
        return f"{self.digest}\nsequence {self.sequence}\n{before}".encode()


def parse_pointer(content: bytes) -> Pointer:
    """Read a pointer. Raises BrokenReleaseError where it is none."""
    lines = content.decode("ascii", "replace").split("\n")
    if len(lines) >= 3 and not lines.pop():  # noqa: PLR2004 - a digest, a sequence, and the end of the last line
        digest, count, *rest = lines
        sequence = _SEQUENCE.fullmatch(count)
        before = tuple(line.removeprefix(_BEFORE) for line in rest if line.startswith(_BEFORE))
        if sequence and len(before) == len(rest) and all(is_digest(each) for each in (digest, *before)):
            return Pointer(digest, int(sequence[1]), before)
    raise BrokenReleaseError([Problem(POINTER, 0, "is no pointer to a release: a digest and a sequence must be in it")])
