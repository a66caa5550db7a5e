"""A release: an immutable set of files, named by what is in them."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from pcf_brain.domain.capability import Capability
from pcf_brain.domain.manifest import write_manifest

_CHARACTERS_PER_TOKEN = 4
_NAME_DIGITS = 16


@dataclass(frozen=True, slots=True)
class FileEntry:
    """One file as the manifest knows it; its content is found by its hash."""

    path: str
    sha256: str
    size_bytes: int
    estimated_tokens: int


@dataclass(frozen=True, slots=True, eq=False, weakref_slot=True)
class Release:
    """What a set of files is, without their content. Two releases of one name are the same."""

    name: str
    """`releases/{first 16 digits of manifest_sha256}`."""
    version: str
    """For people; two releases may share it."""
    manifest_sha256: str
    files: Mapping[str, FileEntry]
    """By path, sorted."""
    capabilities: Mapping[str, Capability]
    """By id, sorted."""
    languages: frozenset[str]
    """Languages a prompt may be in."""
    load_time: datetime

    @property
    def size_bytes(self) -> int:
        return sum(entry.size_bytes for entry in self.files.values())


def describe(path: str, content: bytes) -> FileEntry:
    """Measure one file. Its content is known to be UTF-8."""
    characters = len(content.decode("utf-8"))
    return FileEntry(
        path=path,
        sha256=hashlib.sha256(content).hexdigest(),
        size_bytes=len(content),
        estimated_tokens=-(-characters // _CHARACTERS_PER_TOKEN),
    )


def manifest(files: Iterable[FileEntry]) -> bytes:
    """Write the canonical manifest: a line of `sha256  path` for each file, sorted by path."""
    return write_manifest({entry.path: entry.sha256 for entry in files})


def manifest_sha256(files: Iterable[FileEntry]) -> str:
    return hashlib.sha256(manifest(files)).hexdigest()


def release_name(digest: str) -> str:
    return f"releases/{digest[:_NAME_DIGITS]}"
