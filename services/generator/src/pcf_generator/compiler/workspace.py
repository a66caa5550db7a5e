"""The folder that one compilation works in: made for it, and gone after it, whatever happens.

project/        the tree's code, and the types of its manifest; nothing else of the tree
node_modules/   what stands in for the platform's libraries
…               what our compilers are told; out of the project's reach
"""

import shutil
import tempfile
import time
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from pcf_generator.ports.compiler import CompilerUnavailable

__all__ = ["clear_leftovers", "path_faults", "workspace"]

_PREFIX = "pcf-compile-"
_LONGEST_PATH, _LONGEST_NAME = 240, 100
_LEFT_OVER_S = 3600.0


@contextmanager
def workspace(folder: Path | None, files: Mapping[str, str]) -> Iterator[Path]:
    """A new folder inside `folder`, or where the system has its temporary files, with these files in it."""
    try:
        root = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=folder)).resolve()
    except OSError as error:
        raise CompilerUnavailable(f"no folder to compile in: {error.strerror}") from error
    try:
        _write(root, files)
        yield root
    finally:
        shutil.rmtree(root, ignore_errors=True)


def clear_leftovers(folder: Path | None) -> None:
    """Remove what killed generators left behind, from an hour ago or before."""
    for left in Path(folder or tempfile.gettempdir()).glob(f"{_PREFIX}*"):
        try:
            old = time.time() - left.stat().st_mtime > _LEFT_OVER_S
        except OSError:
            continue
        if old:
            shutil.rmtree(left, ignore_errors=True)


def path_faults(paths: Collection[str]) -> Iterator[str]:
    """What must not become the name of a file."""
    for path in paths:
        if not _is_plain(path):
            yield "error: the project holds a file whose path is not one inside it"
    # Some file systems do not tell capitals from small letters.
    folded = [path.casefold() for path in paths]
    taken = set(folded)
    if len(taken) < len(folded):
        yield "error: two files of the project have the same path"
    if any(parent in taken for path in folded for parent in _parents(path)):
        yield "error: a file of the project has the path of a folder"


def _is_plain(path: str) -> bool:
    parts = path.split("/")
    return (
        path.isprintable()
        and "\\" not in path
        and len(path) <= _LONGEST_PATH
        and all(0 < len(part.encode()) <= _LONGEST_NAME for part in parts)
        # Some file systems drop a point or space at the end.
        and not any(part.endswith((".", " ")) or part.casefold() == "node_modules" for part in parts)
    )


def _parents(path: str) -> Iterator[str]:
    parts = path.split("/")
    return ("/".join(parts[:length]) for length in range(1, len(parts)))


def _write(root: Path, files: Mapping[str, str]) -> None:
    for path, text in files.items():
        place = root / path
        try:
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(text.encode())
        except OSError as error:
            raise CompilerUnavailable(f"the folder to compile in cannot be written: {error.strerror}") from error
