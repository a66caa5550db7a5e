"""Releases from a folder: a checkout in development, a synced volume elsewhere.

A folder has no past, so a snapshot holds its contents in memory: a build that began with it goes on with it,
whatever happens to the files meanwhile. Names that begin with a dot are not of the release.
"""

import asyncio
import hashlib
import os
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from stat import S_ISREG

from pcf_brain.adapters.memory_snapshot import MemorySnapshot
from pcf_brain.domain.limits import Limits
from pcf_brain.domain.problem import BrokenReleaseError, Problem

Judge = Callable[[Path, Mapping[str, bytes]], None]
"""Looks at a folder and what was read of it. Raises BrokenReleaseError where it must not be served."""


class FolderStore:
    """FileStore of one folder."""

    def __init__(self, root: Path, *, limits: Limits | None = None, judge: Judge | None = None) -> None:
        self._root = root
        self._limits = limits or Limits()
        self._judge = judge

    async def fingerprint(self) -> str:
        return await asyncio.to_thread(self._fingerprint)

    async def open(self) -> MemorySnapshot:
        return MemorySnapshot(await asyncio.to_thread(self._read_all))

    def _fingerprint(self) -> str:
        digest = hashlib.sha256()
        try:
            for path in self._walk(self._resolved()):
                digest.update(f"{path}\0{_state(path)}\n".encode("utf-8", "surrogateescape"))
        except BrokenReleaseError as error:
            return f"unreadable: {error}"
        return digest.hexdigest()

    def _read_all(self) -> dict[str, bytes]:
        contents: dict[str, bytes] = {}
        problems: list[Problem] = []
        total_bytes = 0
        root = self._resolved()
        for path in self._walk(root):
            name = _name(path.relative_to(root))
            try:
                contents[name] = self._read(root, path, name)
            except BrokenReleaseError as error:
                problems.extend(error.problems)
                continue
            total_bytes += len(contents[name])
            if total_bytes > self._limits.total_bytes:
                raise self._refusal(f"holds more than {self._limits.total_bytes:,} bytes")
        if problems:
            raise BrokenReleaseError(problems)
        contents = dict(sorted(contents.items()))
        if self._judge:
            self._judge(root, contents)
        return contents

    def _resolved(self) -> Path:
        """Follow the link that the folder may be, once: it may lead to another release a moment later."""
        try:
            return self._root.resolve(strict=True)
        except (OSError, RuntimeError) as error:  # RuntimeError: a link that leads to itself
            raise self._refusal(f"cannot be read: {_reason(error)}") from error

    def _walk(self, root: Path) -> Iterator[Path]:
        """Yield every file, and links to folders too, for they must be seen to be refused."""
        count = 0
        for folder, subfolders, names in os.walk(root, onerror=self._give_up):
            subfolders[:] = sorted(name for name in subfolders if not name.startswith("."))
            links = [name for name in subfolders if _is_link(Path(folder, name))]
            for name in sorted([*names, *links]):
                if not name.startswith("."):
                    count += 1
                    yield Path(folder, name)
            if count > self._limits.files:
                raise self._refusal(f"holds more than {self._limits.files:,} files")

    def _read(self, root: Path, path: Path, name: str) -> bytes:
        try:
            target = path.resolve(strict=True)
            if not target.is_relative_to(root):
                raise BrokenReleaseError([Problem(name, 0, "is a link that leads out of the folder")])
            # Asked before opening: to open a pipe would wait for its other end.
            if not S_ISREG(target.stat().st_mode):
                raise BrokenReleaseError([Problem(name, 0, "is no regular file")])
            with target.open("rb") as file:
                content = file.read(self._limits.file_bytes + 1)
        except (OSError, RuntimeError) as error:  # RuntimeError: a link that leads to itself
            raise BrokenReleaseError([Problem(name, 0, f"cannot be read: {_reason(error)}")]) from error
        if len(content) > self._limits.file_bytes:
            raise BrokenReleaseError([Problem(name, 0, f"is larger than {self._limits.file_bytes:,} bytes")])
        return content

    def _give_up(self, error: OSError) -> None:
        raise self._refusal(f"cannot be read: {_reason(error)}") from error

    def _refusal(self, message: str) -> BrokenReleaseError:
        return BrokenReleaseError([Problem(_name(self._root), 0, message)])


def _is_link(path: Path) -> bool:
    try:
        return path.is_symlink()
    except OSError:
        return False  # in a folder that may be listed and not entered: walking into it tells


def _state(path: Path) -> str:
    """Tell what changes with a file; the change time catches an edit that keeps size and date."""
    try:
        state = path.stat()
    except OSError as error:
        return _reason(error)
    return f"{state.st_size} {state.st_mtime_ns} {state.st_ctime_ns} {state.st_ino}"


def _name(path: Path) -> str:
    """Write a path so that it can be printed, even where its bytes are no text."""
    return os.fsencode(path.as_posix()).decode("utf-8", "replace")


def _reason(error: Exception) -> str:
    return getattr(error, "strerror", None) or str(error)
