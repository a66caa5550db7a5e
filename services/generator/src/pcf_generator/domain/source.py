"""Generated files, before and after packing."""

import hashlib
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SourceFile:
    """One file of the project; `path` is relative to the project's folder, with forward slashes."""

    path: str
    text: str

    @property
    def content(self) -> bytes:
        """The bytes on disk: UTF-8, no mark, line feeds."""
        return self.text.encode()

    @property
    def sha256(self) -> str:
        """Lower-case hexadecimal digest of the content."""
        return hashlib.sha256(self.content).hexdigest()


@dataclass(frozen=True, slots=True)
class SourceTree:
    """A whole project, sorted by path."""

    files: tuple[SourceFile, ...]

    def file(self, path: str) -> SourceFile:
        """The file at that path; KeyError when there is none."""
        for file in self.files:
            if file.path == path:
                return file
        raise KeyError(path)


@dataclass(frozen=True, slots=True)
class Template:
    """A template file of the brain."""

    path: str
    sha256: str
    text: str


@dataclass(frozen=True, slots=True)
class Strings:
    """A kind's texts in one language; `entries` maps a resx key to its text, in file order."""

    lcid: int
    language: str
    entries: tuple[tuple[str, str], ...]
