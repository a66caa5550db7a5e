"""Reads published releases, and believes nothing that does not verify.

A content is asked of one depot after the other: which of them gave it does not matter, for its hash or signature says
whether it is right.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from pcf_brain.domain.limits import Limits
from pcf_brain.domain.manifest import MANIFEST, parse_manifest, sha256
from pcf_brain.domain.problem import BrokenReleaseError, Problem
from pcf_brain.domain.statement import NOTE, NOTE_BYTES, Statement
from pcf_brain.faults import Fault, together
from pcf_brain.ports import Depot, MissingError, StoreUnavailableError
from pcf_brain.trust import Trust

_AT_ONCE = 8
_EMPTY = sha256(b"")
_logger = logging.getLogger(__name__)

T = TypeVar("T")
Content = Callable[[str], Awaitable[bytes]]
"""The content of this hash. Raises BrokenReleaseError or StoreUnavailableError."""


@dataclass(frozen=True, slots=True)
class Published:
    """A release whose manifest is the one its digest names, and is signed where a signature is asked for."""

    digest: str
    files: Mapping[str, str]
    """Hashes by path, sorted."""
    manifest: bytes
    note: bytes
    """Empty where no signature is asked for."""
    statement: Statement | None
    """What was signed; None where no signature is asked for."""


class Reader:
    """Reads out of depots, the preferred one first. It raises BrokenReleaseError and StoreUnavailableError."""

    def __init__(self, depots: Sequence[Depot], *, trust: Trust, limits: Limits | None = None) -> None:
        self._depots = depots
        self._trust = trust
        self._limits = limits or Limits()
        self._away: set[str] = set()
        """Depots that gave no answer once; they are asked last, or each file would wait for them."""

    async def published(self, digest: str) -> Published:
        """Read what a digest names, files not yet included."""
        place = f"releases/{digest}"

        def note(content: bytes) -> tuple[bytes, Statement]:
            return content, self._trust.judge(content, digest=digest)

        def manifest(content: bytes) -> tuple[bytes, dict[str, str]]:
            return content, parse_manifest(content, digest=digest, limits=self._limits)

        signed = (
            await self._first_right(f"{place}/{NOTE}", limit_bytes=NOTE_BYTES, judge=note, missing="nobody signed it")
            if self._trust.asks
            else (b"", None)
        )
        listed = await self._first_right(f"{place}/{MANIFEST}", limit_bytes=self._limits.manifest_bytes, judge=manifest)
        return Published(digest, listed[1], listed[0], *signed)

    async def content(self, digest: str) -> bytes:
        """Read the content of this hash."""
        if digest == _EMPTY:
            return b""  # there is but one, and a store cannot give a range of it

        def right(content: bytes) -> bytes:
            if sha256(content) != digest:
                raise BrokenReleaseError([Problem(f"files/{digest}", 0, "holds something else: its hash is another")])
            return content

        return await self._first_right(f"files/{digest}", limit_bytes=self._limits.file_bytes, judge=right)

    async def contents(self, published: Published, *, content: Content | None = None) -> dict[str, bytes]:
        """Read all files of a release, by path, through `content` where a nearer place is to be asked first."""
        source = content or self.content
        found: dict[str, bytes] = {}
        faults: list[BrokenReleaseError] = []
        gate = asyncio.Semaphore(_AT_ONCE)
        left_bytes = self._limits.total_bytes

        async def fetch(digest: str, paths: Sequence[str]) -> None:
            nonlocal left_bytes
            async with gate:
                try:
                    found[digest] = await source(digest)
                except BrokenReleaseError as error:
                    faults.append(_of_paths(paths, error))
                    return
            left_bytes -= len(found[digest]) * len(paths)
            if left_bytes < 0:
                raise BrokenReleaseError([Problem(MANIFEST, 0, f"lists more than {self._limits.total_bytes:,} bytes")])

        await _all(fetch(digest, paths) for digest, paths in _by_digest(published.files).items())
        if faults:
            problems = [problem for fault in faults for problem in fault.problems]
            raise BrokenReleaseError(problems, may_pass=all(fault.may_pass for fault in faults))
        contents = {path: found[digest] for path, digest in published.files.items()}
        if published.statement:
            published.statement.check_size(contents)
        return contents

    async def _first_right(
        self, key: str, *, limit_bytes: int, judge: Callable[[bytes], T], missing: str = "the release is not whole"
    ) -> T:
        """Read what passes judgement, from the first depot that has it."""
        faults: list[Fault] = []
        for depot in sorted(self._depots, key=lambda each: each.name in self._away):
            try:
                found = judge(await depot.read(key, limit_bytes=limit_bytes))
            except MissingError as error:
                faults.append(BrokenReleaseError([Problem(key, 0, f"{error}: {missing}")], may_pass=True))
            except StoreUnavailableError as error:
                self._away.add(depot.name)
                faults.append(error)
            except BrokenReleaseError as error:
                faults.append(error)
            else:
                if faults:
                    fields = {"pcf.used": depot.name, "pcf.key": key, "pcf.problems": [str(fault) for fault in faults]}
                    _logger.warning("another region's copy used", extra=fields)
                return found
        raise together(faults)


def _by_digest(files: Mapping[str, str]) -> dict[str, list[str]]:
    paths: dict[str, list[str]] = {}
    for path, digest in files.items():
        paths.setdefault(digest, []).append(path)
    return paths


def _of_paths(paths: Sequence[str], error: BrokenReleaseError) -> BrokenReleaseError:
    """Tell people which file is wrong, not only which hash."""
    problems = [Problem(path, 0, str(problem)) for path in paths for problem in error.problems]
    return BrokenReleaseError(problems, may_pass=error.may_pass)


async def _all(works: Iterable[Coroutine[None, None, None]]) -> None:
    """Do them side by side; the first error ends all of them and is raised as it is."""
    try:
        async with asyncio.TaskGroup() as group:
            for work in works:
                group.create_task(work)
    except ExceptionGroup as errors:
        raise errors.exceptions[0] from errors
