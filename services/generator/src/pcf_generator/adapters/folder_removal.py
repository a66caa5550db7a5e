"""`Files` of the folder of artifacts: what is put aside lies in a folder beside."""

import asyncio
from pathlib import Path

__all__ = ["FolderRemoval"]

_ASIDE = ".aside"


class FolderRemoval:
    """Implements `Files`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def put_aside(self, sha256: str) -> None:
        await asyncio.to_thread(_move, self._path(sha256), self._aside(sha256))

    async def bring_back(self, sha256: str) -> None:
        await asyncio.to_thread(_move, self._aside(sha256), self._path(sha256))

    async def drop(self, sha256: str) -> None:
        await asyncio.to_thread(self._aside(sha256).unlink, missing_ok=True)

    def _path(self, sha256: str) -> Path:
        return self._folder / sha256[:2] / sha256

    def _aside(self, sha256: str) -> Path:
        return self._folder / _ASIDE / sha256


def _move(source: Path, target: Path) -> None:
    """Nothing if it is not there: it was moved before."""
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        source.replace(target)
    except FileNotFoundError:
        return
