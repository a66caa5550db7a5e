"""Published releases in a folder of a bucket's layout: a mount, a mirror, or a place to try things without S3."""

import asyncio
import fcntl
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from pcf_brain.adapters.durable_file import write_durably
from pcf_brain.adapters.regular_file import NotRegularFileError, read_regular
from pcf_brain.domain.manifest import sha256
from pcf_brain.domain.problem import BrokenReleaseError, Problem
from pcf_brain.ports import MissingError, MovedError, StoreUnavailableError, Versioned


class FolderDepot:
    """Depot of one folder. A link where a content should be is refused, as is all that is no regular file."""

    def __init__(self, root: Path) -> None:
        self._root = root

    @property
    def name(self) -> str:
        return str(self._root)

    async def read(self, key: str, *, limit_bytes: int) -> bytes:
        return await asyncio.to_thread(self._read, key, limit_bytes)

    async def read_again(self, key: str, *, known: Versioned | None, limit_bytes: int) -> Versioned:
        content = await self.read(key, limit_bytes=limit_bytes)
        return known if known and known.content == content else Versioned(content, sha256(content))

    async def write(self, key: str, content: bytes) -> None:
        await asyncio.to_thread(self._write, key, content)

    async def replace(self, key: str, content: bytes, *, known: Versioned | None) -> None:
        await asyncio.to_thread(self._replace, key, content, known)

    async def keys(self, prefix: str) -> Sequence[str]:
        return await asyncio.to_thread(self._keys, prefix)

    def close(self) -> None:
        """Nothing is held open."""

    def _read(self, key: str, limit_bytes: int) -> bytes:
        try:
            content = read_regular(self._root / key, limit_bytes=limit_bytes)
        except NotRegularFileError as error:
            raise BrokenReleaseError([Problem(key, 0, f"is no regular file in {self.name}")]) from error
        except FileNotFoundError as error:
            raise self._missing() from error
        except OSError as error:
            raise StoreUnavailableError(f"{self.name}/{key} cannot be read: {error.strerror}") from error
        if len(content) > limit_bytes:
            raise BrokenReleaseError([Problem(key, 0, f"is larger than {limit_bytes:,} bytes")])
        return content

    def _missing(self) -> MissingError | StoreUnavailableError:
        if not self._root.is_dir():
            return StoreUnavailableError(f"{self.name} is no folder that can be read")
        return MissingError(f"is missing in {self.name}")

    def _write(self, key: str, content: bytes) -> None:
        with self._storing():
            path = self._root / key
            path.parent.mkdir(parents=True, exist_ok=True)
            write_durably(path, content)

    def _replace(self, key: str, content: bytes, known: Versioned | None) -> None:
        with self._storing():
            self._root.mkdir(parents=True, exist_ok=True)
            with (self._root / ".lock").open("wb") as lock:
                fcntl.flock(lock, fcntl.LOCK_EX)
                path = self._root / key
                there = path.read_bytes() if path.exists() else None
                if there != (known.content if known else None):
                    raise MovedError
                write_durably(path, content)

    def _keys(self, prefix: str) -> list[str]:
        with self._storing():
            top = self._root / prefix.rpartition("/")[0]
            found = [path.relative_to(self._root).as_posix() for path in top.rglob("*") if not path.is_dir()]
        return sorted(key for key in found if key.startswith(prefix))

    @contextmanager
    def _storing(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise StoreUnavailableError(f"{self.name} cannot be used: {error.strerror}") from error
