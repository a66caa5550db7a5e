"""Writes what a build made: nothing stands under its name before it is whole and its hash is right."""

import hashlib
import os
import re
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol

from pcf_cli.exits import Refused, WrongUsage
from pcf_cli.resources import Artifact

__all__ = ["Downloads", "SavedFile", "fetch", "prepare_folder", "save"]

_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,199}")


class Downloads(Protocol):
    """Where artifacts come from."""

    def download(self, artifact: Artifact) -> AsyncIterator[bytes]: ...


@dataclass(frozen=True, slots=True)
class SavedFile:
    """A file that was written."""

    kind: str
    path: Path
    sha256: str
    size_bytes: int


def prepare_folder(folder: Path) -> None:
    """Make the folder, and make sure that files can be written there, before anything is built for it."""
    probe = folder / f".pcf-builder-{os.getpid()}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe.touch()
        probe.unlink()
    except OSError as error:
        raise WrongUsage(f"Files cannot be written to {folder}: {error.strerror or error}.") from error


async def fetch(downloads: Downloads, artifact: Artifact) -> bytes:
    """An artifact's bytes, checked."""
    pieces = [piece async for piece in downloads.download(artifact)]
    content = b"".join(pieces)
    if len(content) != artifact["size_bytes"] or hashlib.sha256(content).hexdigest() != artifact["sha256"]:
        raise Refused(f"{artifact['filename']} arrived damaged: its bytes have another SHA-256 than the build says.")
    return content


def save(folder: Path, files: Sequence[tuple[Artifact, bytes]]) -> list[SavedFile]:
    """Write all of them aside, then give them their names. A file of that name is replaced."""
    named = [(artifact, content, folder / _name(artifact["filename"])) for artifact, content in files]
    asides = [path.with_name(f".{path.name}.{os.getpid()}") for _, _, path in named]
    try:
        for (_, content, _), aside in zip(named, asides, strict=True):
            _write(aside, content)
        for (_, _, path), aside in zip(named, asides, strict=True):
            aside.replace(path)
    except OSError as error:
        raise Refused(f"Files cannot be written to {folder}: {error.strerror or error}.") from error
    finally:
        for aside in asides:
            aside.unlink(missing_ok=True)
    return [SavedFile(artifact["kind"], path, artifact["sha256"], len(content)) for artifact, content, path in named]


def _name(filename: str) -> str:
    """The server's name for the file, if it is nothing but a name."""
    if _NAME.fullmatch(filename) is None:
        raise Refused("The server gave a file name that cannot be used here; nothing was written.")
    return filename


def _write(path: Path, content: bytes) -> None:
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
