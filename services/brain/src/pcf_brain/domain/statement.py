"""What the signature of a release is about: the text of its note.

    PCF Builder brain release
    version 1.4.0
    manifest 3b1f…
    files 70
    bytes 313484
    made 2026-01-31T12:00:00Z

The first line keeps a signature that the same key gave to something else from being taken for one of these.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from pcf_brain.domain.problem import BrokenReleaseError, Problem

NOTE = "note"
NOTE_BYTES = 32_000
"""More than a note can hold."""

_FORM = re.compile(
    r"PCF Builder brain release\n"
    r"version (?P<version>[^\n]{1,200})\n"
    r"manifest (?P<digest>[0-9a-f]{64})\n"
    r"files (?P<files>[1-9][0-9]{0,8})\n"
    r"bytes (?P<size_bytes>0|[1-9][0-9]{0,11})\n"
    r"made (?P<made>[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z)\n"
)
_DATE = "%Y-%m-%dT%H:%M:%SZ"


@dataclass(frozen=True, slots=True)
class Statement:
    """What a signer says of a release."""

    version: str
    digest: str
    files: int
    size_bytes: int
    """Of all files together."""
    made: datetime
    """When it was signed, in UTC, to the second."""

    def written(self) -> str:
        return (
            f"PCF Builder brain release\nversion {self.version}\nmanifest {self.digest}\n"
            f"files {self.files}\nbytes {self.size_bytes}\nmade {self.made.strftime(_DATE)}\n"
        )

    def check_size(self, contents: Mapping[str, bytes]) -> None:
        """Raise BrokenReleaseError unless these are as many files and bytes as was said."""
        files, size_bytes = len(contents), sum(map(len, contents.values()))
        if (files, size_bytes) != (self.files, self.size_bytes):
            told = f"speaks of {self.files} files of {self.size_bytes:,} bytes, not of {files} of {size_bytes:,}"
            raise BrokenReleaseError([Problem(NOTE, 0, told)])


def parse_statement(text: str) -> Statement:
    """Read the text of a note. Raises BrokenReleaseError where it is of something else."""
    match = _FORM.fullmatch(text)
    made = _made(match["made"]) if match else None
    if not match or not made:
        raise BrokenReleaseError([Problem(NOTE, 0, "is signed, and says something else than a release's note says")])
    return Statement(match["version"], match["digest"], int(match["files"]), int(match["size_bytes"]), made)


def _made(text: str) -> datetime | None:
    try:
        return datetime.strptime(text, _DATE).replace(tzinfo=UTC)
    except ValueError:
        return None
