"""What the brain needs from outside."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Protocol

Clock = Callable[[], datetime]
"""The time now, in UTC."""


class Snapshot(Protocol):
    """The files of a store as they were at one moment. They never change, and stay readable."""

    @property
    def paths(self) -> Sequence[str]:
        """Sorted, with forward slashes."""
        ...

    async def read(self, path: str) -> bytes:
        """Read one of `paths`."""
        ...


class FileStore(Protocol):
    """Where releases come from."""

    async def fingerprint(self) -> str:
        """Tell cheaply whether something may have changed: the same text means it has not. Never fails."""
        ...

    async def open(self) -> Snapshot:
        """Take what is there now. Raises BrokenReleaseError where it cannot or must not be read."""
        ...


class BlobCache(Protocol):
    """Contents by their SHA-256, so that nothing ever needs invalidating. It may forget at any time."""

    async def get(self, sha256: str) -> bytes | None: ...

    async def put(self, sha256: str, content: bytes) -> None: ...
