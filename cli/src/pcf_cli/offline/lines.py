"""The lines of a log file, gzip'd or not, one after the other and never all at once."""

import gzip
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final, cast

from pcf_cli.exits import WrongUsage
from pcf_cli.offline.evidence import BrokenEvidenceError

__all__ = ["Line", "lines"]

_GZIP: Final = b"\x1f\x8b"
_LONGEST: Final = 4 * 1024 * 1024
"""No entry is that long: the log takes none in a message of this size."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line, without its line feed; numbers count from 1."""

    path: Path
    number: int
    content: bytes

    @property
    def place(self) -> str:
        return f"{self.path}, line {self.number}"


def lines(path: Path) -> Iterator[Line]:
    """BrokenEvidenceError where the file is cut off or damaged, WrongUsage where it cannot be read."""
    number = 0
    try:
        with _opened(path) as file:
            while content := file.readline(_LONGEST):
                number += 1
                yield Line(path, number, _whole(content, path, number))
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise BrokenEvidenceError(f"{path}: the gzip file is cut off or damaged behind line {number}") from error
    except OSError as error:
        raise WrongUsage(f"{path} cannot be read: {error.strerror or error}.") from error


def _opened(path: Path) -> IO[bytes]:
    with path.open("rb") as file:
        packed = file.read(len(_GZIP)) == _GZIP
    # No line of a log begins like that: each is a JSON object.
    return cast("IO[bytes]", gzip.open(path, "rb")) if packed else path.open("rb")


def _whole(content: bytes, path: Path, number: int) -> bytes:
    if content.endswith(b"\n"):
        return content[:-1]
    says = "is too long to be an entry" if len(content) == _LONGEST else "does not end in a line feed: it is cut off"
    raise BrokenEvidenceError(f"{path}, line {number} {says}")
