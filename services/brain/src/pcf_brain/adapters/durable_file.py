"""Files that are whole or not there, whenever the machine stops."""

import os
from pathlib import Path


def write_durably(path: Path, content: bytes) -> None:
    """Write aside, then take the name: a reader sees the old content or the new one."""
    aside = path.with_name(f".{path.name}.{os.getpid()}")
    with aside.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    aside.replace(path)
    sync_folder(path.parent)


def sync_folder(path: Path) -> None:
    """Make names in a folder outlast a power cut; the contents of files are not enough."""
    folder = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
