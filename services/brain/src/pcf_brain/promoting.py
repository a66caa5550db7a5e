"""Moves the pointer of a depot, to releases that can be served and to no others, and lists what there is.

The pointer is written only if it is still the one that was read: of two people who move it at once, one is told so.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from pcf_brain.domain.manifest import MANIFEST, is_digest
from pcf_brain.domain.pointer import POINTER, POINTER_BYTES, NothingBeforeError, Pointer, parse_pointer
from pcf_brain.domain.problem import BrokenReleaseError
from pcf_brain.domain.statement import Statement
from pcf_brain.ports import Depot, MissingError, MovedError, Versioned
from pcf_brain.publishing import Publisher
from pcf_brain.reading import Reader
from pcf_brain.trust import Trust


@dataclass(frozen=True, slots=True)
class Listed:
    """A release of a depot, as far as it can be told without reading its files."""

    digest: str
    statement: Statement | None
    """None where nobody who is trusted has signed it."""
    files: int
    """0 where the manifest is not what the digest says."""
    trouble: str
    """Why it could not be promoted; empty if it may be."""


class Promoter:
    """Moves one depot's pointer. It raises BrokenReleaseError, StoreUnavailableError and MovedError."""

    def __init__(self, depot: Depot, *, publisher: Publisher, trust: Trust) -> None:
        self._depot = depot
        self._publisher = publisher
        self._trust = trust

    async def promote(self, digest: str) -> Pointer:
        """Make a release current after judging it."""
        read = await self._read()
        return await self._move(_promoted(read, digest), read)

    async def roll_back(self) -> Pointer:
        """Return to the release that was current before. Raises NothingBeforeError."""
        read = await self._read()
        if read is None:
            raise NothingBeforeError
        return await self._move(parse_pointer(read.content).rolled_back(), read)

    async def current(self) -> Pointer | None:
        """Tell what the pointer says; None before the first promotion."""
        read = await self._read()
        return parse_pointer(read.content) if read else None

    async def releases(self) -> Sequence[Listed]:
        """List what was created, newest signature first, unsigned ones last."""
        places = [key.split("/") for key in await self._depot.keys("releases/")]
        digests = [parts[1] for parts in places if len(parts) == 3 and parts[2] == MANIFEST and is_digest(parts[1])]  # noqa: PLR2004
        listed = [await self._look(digest) for digest in digests]
        return sorted(listed, key=lambda each: each.statement.made.timestamp() if each.statement else 0, reverse=True)

    async def _look(self, digest: str) -> Listed:
        try:
            published = await Reader([self._depot], trust=self._trust).published(digest)
        except BrokenReleaseError as error:
            return Listed(digest, None, 0, str(error))
        return Listed(digest, published.statement, len(published.files), "")

    async def _read(self) -> Versioned | None:
        try:
            return await self._depot.read_again(POINTER, known=None, limit_bytes=POINTER_BYTES)
        except MissingError:
            return None

    async def _move(self, pointer: Pointer, read: Versioned | None) -> Pointer:
        await self._publisher.judge(pointer.digest, trust=self._trust)
        try:
            await self._depot.replace(POINTER, pointer.written(), known=read)
        except MovedError:
            # Where an answer was lost on its way and the call repeated, it was we who moved it.
            there = await self._read()
            if there is None or there.content != pointer.written():
                raise
        return pointer


def _promoted(read: Versioned | None, digest: str) -> Pointer:
    if read is None:
        return Pointer(digest)
    try:
        return parse_pointer(read.content).promoted(digest)
    except BrokenReleaseError:
        return Pointer(digest)  # to promote is how a spoilt pointer is mended
