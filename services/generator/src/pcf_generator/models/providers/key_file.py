"""A provider's key in a file, read again when the file changes; it is in no message and no repr."""

from contextlib import suppress
from pathlib import Path

from pcf_generator.models.failures import FailureKind, ModelFailure

__all__ = ["BadKeyFileError", "KeyFile", "read_key"]


class BadKeyFileError(ValueError):
    """The sentence names the file and never what is in it."""


class KeyFile:
    """One file, and what was in it."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._seen: tuple[int, int, int] | None = None
        self._key = ""

    def read(self) -> str:
        """The key as it stands; ModelFailure of kind AUTH when there is none."""
        with suppress(OSError, BadKeyFileError):
            stat = self._path.stat()
            seen = (stat.st_mtime_ns, stat.st_size, stat.st_ino)
            if seen != self._seen:
                self._key, self._seen = read_key(self._path), seen
            return self._key
        raise ModelFailure(FailureKind.AUTH, f"{self._path} holds no key")

    def __repr__(self) -> str:
        return f"KeyFile({str(self._path)!r})"


def read_key(path: Path) -> str:
    """Without the newline that editors leave at the end; BadKeyFileError."""
    try:
        # What an error of decoding would hold is the key.
        key = path.read_bytes().decode("latin-1").strip()
    except OSError as error:
        raise BadKeyFileError(f"{path} cannot be read: {error.strerror}") from None
    if not key.isascii():
        raise BadKeyFileError(f"{path} holds no key: keys are plain ASCII")
    if not key:
        raise BadKeyFileError(f"{path} is empty")
    if not key.isprintable() or " " in key:
        raise BadKeyFileError(f"{path} holds no key: a key is one word on one line")
    return key
