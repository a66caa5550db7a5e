"""The folder of a development server's data, held by one server at a time."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from pcf_cli.exits import Refused

__all__ = ["held"]

_LOCK: Final = ".pcf-builder.lock"


@contextmanager
def held(folder: Path) -> Iterator[Path]:
    """Make the folder and hold it; a lock of the kernel's, which goes with the process however that ends."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = (folder / _LOCK).open("wb")
    except OSError as error:
        raise Refused(f"The data folder {folder} cannot be used: {error.strerror or error}.") from error
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise Refused(
                f"Another PCF Builder works in {folder.absolute()}: stop it, or name another folder with --data."
            ) from error
        yield folder.absolute()
