"""Where exports go, as the exporter needs it, and what can go wrong there.

ArchiveError
├── ArchiveUnavailableError    it does not answer now; the next run may succeed
├── ArchiveRefusedError        it will refuse until somebody mends it; says what to do
└── ArchiveDiffersError        what is there under a name is not what the log says
"""

from collections.abc import Sequence
from typing import Protocol

__all__ = ["Archive", "ArchiveDiffersError", "ArchiveError", "ArchiveRefusedError", "ArchiveUnavailableError"]


class ArchiveError(Exception):
    """The message is a sentence for an operator."""


class ArchiveUnavailableError(ArchiveError):
    pass


class ArchiveRefusedError(ArchiveError):
    pass


class ArchiveDiffersError(ArchiveError):
    pass


class Archive(Protocol):
    """Files that are written once. Every method raises ArchiveError."""

    async def check(self) -> None:
        """Raises unless what is kept here is safe from deletion, as was asked for."""

    async def names(self) -> Sequence[str]: ...

    async def keep(self, name: str, content: bytes, *, media_type: str) -> bool:
        """Keeps a file; false when there is one of that name, which stays as it is."""

    async def get(self, name: str) -> bytes:
        """A file, whole. ArchiveDiffersError when there is none."""
