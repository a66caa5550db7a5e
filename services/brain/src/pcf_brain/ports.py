"""What the brain needs from outside."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

Clock = Callable[[], datetime]
"""The time now, in UTC."""


class StoreUnavailableError(Exception):
    """The store does not answer, or refuses to: what is there is not known.

    The message is always the same for the same fault, so that it is told once.
    """


class MissingError(LookupError):
    """A depot holds nothing under a key; the message names the depot."""


class MovedError(Exception):
    """What was to be replaced is no longer what was read: somebody else was faster."""


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
        """Tell cheaply whether something may have changed: the same text means it has not.

        Raises StoreUnavailableError, or BrokenReleaseError where what is there can be no release.
        """
        ...

    async def open(self) -> Snapshot:
        """Take what is there now. Raises BrokenReleaseError where it must not be served, or StoreUnavailableError."""
        ...


class BlobCache(Protocol):
    """Contents by their SHA-256, so that nothing ever needs invalidating. It may forget at any time."""

    async def get(self, sha256: str) -> bytes | None: ...

    async def put(self, sha256: str, content: bytes) -> None: ...


class SharedCache(Protocol):
    """A cache that instances share. It may forget, or lie, and never fails."""

    async def put(self, key: str, value: bytes, *, ttl_s: float) -> None: ...

    async def get_or_make(self, key: str, make: Callable[[], Awaitable[bytes]], *, ttl_s: float) -> bytes:
        """Find the value, or make it: once, however many ask. Raises what `make` raises."""
        ...


@dataclass(frozen=True, slots=True)
class Versioned:
    """A content that may be replaced, and which one of its versions this is."""

    content: bytes
    version: str


class Depot(Protocol):
    """Where published releases lie: a bucket, or a folder of the same layout.

        files/<sha256>               contents
        releases/<digest>/manifest   what a release lists
        releases/<digest>/note       who vouches for it
        current                      the pointer

    All but the pointer is written once. Every method may raise StoreUnavailableError.
    """

    @property
    def name(self) -> str:
        """For people."""
        ...

    async def read(self, key: str, *, limit_bytes: int) -> bytes:
        """Read a content. Raises MissingError; BrokenReleaseError where it is larger, or no regular file."""
        ...

    async def read_again(self, key: str, *, known: Versioned | None, limit_bytes: int) -> Versioned:
        """Like `read`, but cheap where `known` is still what is there: then it is given back."""
        ...

    async def write(self, key: str, content: bytes) -> None:
        """Store a content whole, whatever was there."""
        ...

    async def replace(self, key: str, content: bytes, *, known: Versioned | None) -> None:
        """Store a content if `known` is still what is there; None is nothing. Raises MovedError."""
        ...

    async def keys(self, prefix: str) -> Sequence[str]:
        """List the keys that begin so, sorted."""
        ...

    def close(self) -> None:
        """Call when nothing is under way any more."""
        ...
