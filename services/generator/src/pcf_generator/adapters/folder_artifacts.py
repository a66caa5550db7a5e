"""The `ArtifactStore` port on a folder: one file for each content, named by its SHA-256."""

import asyncio
import hashlib
import os
import tempfile
from collections.abc import AsyncGenerator
from pathlib import Path

from pcf_generator.artifact_store import ArtifactGone, Link
from pcf_generator.domain.build import Artifact

CHUNK = 64 * 1024


class FolderArtifacts:
    """Implements `ArtifactStore`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def put(self, *, kind: str, filename: str, media_type: str, content: bytes) -> Artifact:
        sha256 = hashlib.sha256(content).hexdigest()
        await asyncio.to_thread(self._write, sha256, content)
        return Artifact(kind, filename, media_type, sha256, len(content))

    async def holds(self, artifact: Artifact) -> bool:
        # Sooner known than a thread would be there.
        return self._path(artifact.sha256).is_file()

    async def lasts(self, artifact: Artifact) -> bool:
        """Nothing here expires."""
        return await self.holds(artifact)

    async def link(self, artifact: Artifact) -> Link | None:  # noqa: ARG002 - the port's signature
        return None

    async def read(self, artifact: Artifact, *, offset: int, limit: int) -> AsyncGenerator[bytes, None]:
        sha256, end = artifact.sha256, offset + limit
        while offset < end and (chunk := await asyncio.to_thread(self._read, sha256, offset, min(CHUNK, end - offset))):
            offset += len(chunk)
            yield chunk

    async def ping(self) -> None:
        """Fail if the folder cannot be written."""
        await asyncio.to_thread(self._folder.mkdir, parents=True, exist_ok=True)
        if not os.access(self._folder, os.W_OK):
            raise PermissionError(f"the artifact folder {self._folder} cannot be written")

    def _path(self, sha256: str) -> Path:
        return self._folder / sha256[:2] / sha256

    def _read(self, sha256: str, offset: int, size: int) -> bytes:
        """Opened for each chunk: a file held between them would stay open when a reader leaves at the wrong moment."""
        try:
            with self._path(sha256).open("rb") as file:
                file.seek(offset)
                return file.read(size)
        except FileNotFoundError as error:
            raise ArtifactGone(sha256) from error

    def _write(self, sha256: str, content: bytes) -> None:
        """Write aside, then rename: a reader never sees half a file."""
        path = self._path(sha256)
        if path.is_file():
            return
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as aside:
            try:
                # No fsync: like the database of this profile, the folder survives kill -9, not a power cut.
                aside.write(content)
                aside.flush()
                Path(aside.name).replace(path)
            except BaseException:
                Path(aside.name).unlink(missing_ok=True)
                raise
