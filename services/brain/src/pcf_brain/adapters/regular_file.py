"""Reads files from folders that others write to: regular ones only, no links, and never more than a limit."""

import errno
import os
import stat
from pathlib import Path


class NotRegularFileError(OSError):
    """There is a link, a folder, a pipe or another thing where a file should be."""


def read_regular(path: Path, *, limit_bytes: int) -> bytes:
    """Read a file, up to one byte more than the limit. Raises OSError."""
    try:
        with open(path, "rb", opener=_open) as file:
            if stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                return file.read(limit_bytes + 1)
    except IsADirectoryError:
        pass
    except OSError as error:
        if error.errno != errno.ELOOP:  # what a link gives that must not be followed
            raise
    raise NotRegularFileError(errno.EINVAL, "is no regular file", str(path))


def _open(path: str, flags: int) -> int:
    """Open without following a link, or waiting for the other end of a pipe."""
    return os.open(path, flags | os.O_NOFOLLOW | os.O_NONBLOCK)
