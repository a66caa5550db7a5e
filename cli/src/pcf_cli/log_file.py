"""Writes exported entries to a file, and what lies beside it: nothing stands under its name before all of it holds."""

import os
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Final

from pcf_runtime.log_range import MARK_SIZE, Growth, RangeProof
from pcf_runtime.merkle import Frontier, leaf_hash

from pcf_cli.exits import Refused

__all__ = ["LogFile", "open_log_file", "write_texts"]

_GZIP_WINDOW: Final = 31
"""What makes zlib write gzip; its header then holds no time and no name."""


class LogFile:
    """An export on its way; takes entries one after the other and grows their tree."""

    def __init__(self, file: IO[bytes], *, packed: bool, first: int, prefix: tuple[bytes, ...]) -> None:
        self._file = file
        self._packer = zlib.compressobj(wbits=_GZIP_WINDOW) if packed else None
        self._first = first
        self._prefix = prefix
        self._tree = Frontier(first, prefix)
        self._marks = bytearray()

    @property
    def end(self) -> int:
        """The index of the entry that comes next."""
        return self._tree.size

    @property
    def root(self) -> bytes:
        return self._tree.root()

    def add(self, contents: list[bytes]) -> None:
        for content in contents:
            leaf = leaf_hash(content)
            self._tree.append(leaf)
            self._marks += leaf[:MARK_SIZE]
        data = b"".join(content + b"\n" for content in contents)
        self._file.write(self._packer.compress(data) if self._packer else data)

    def finish(self) -> None:
        if self._packer:
            self._file.write(self._packer.flush())
        self._file.flush()
        os.fsync(self._file.fileno())

    def proof(self, growth: Growth | None) -> RangeProof:
        return RangeProof(self._first, self.end, self._prefix, bytes(self._marks), growth)


@contextmanager
def open_log_file(path: Path, *, first: int, prefix: tuple[bytes, ...]) -> Iterator[LogFile]:
    """Written aside; gets its name when the block ends well. A name that ends in .gz makes a gzip file."""
    aside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with aside.open("wb") as file:
            yield LogFile(file, packed=path.suffix == ".gz", first=first, prefix=prefix)
        aside.replace(path)
    except OSError as error:
        raise Refused(f"{path} cannot be written: {error.strerror or error}.") from error
    finally:
        aside.unlink(missing_ok=True)


def write_texts(texts: Mapping[Path, str]) -> None:
    """Small files, each whole or not at all; one of that name is replaced."""
    for path, text in texts.items():
        aside = path.with_name(f".{path.name}.{os.getpid()}")
        try:
            aside.write_text(text, encoding="utf-8", newline="\n")
            aside.replace(path)
        except OSError as error:
            raise Refused(f"{path} cannot be written: {error.strerror or error}.") from error
        finally:
            aside.unlink(missing_ok=True)
