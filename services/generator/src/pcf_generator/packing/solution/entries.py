"""The ZIP as a list of entries: whether it can be read, and whether each may be there at all."""

import io
import re
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator, Mapping

from pcf_generator.packing.archive import pack_entries
from pcf_generator.packing.solution.control import MANIFEST, folder_of
from pcf_generator.packing.solution.package import CONTENT_TYPES, CUSTOMIZATIONS, SOLUTION

MAX_FILE_BYTES = 5 * 1024 * 1024
"""What an environment stores of one file unless its administrator allows more."""

_DOCUMENTS = (CUSTOMIZATIONS, SOLUTION, CONTENT_TYPES)
# What a part may be called in the Open Packaging Conventions, without escapes.
_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]*(/[A-Za-z0-9_][A-Za-z0-9_.-]*)*")
_MANIFEST = re.compile(rf"Controls/([^/]+)/{re.escape(MANIFEST)}")

Entries = tuple[tuple[str, bytes], ...]


class ArchiveUnreadable(ValueError):  # noqa: N818 - reads as what it is
    """No reader could open this."""


def read_entries(content: bytes) -> Entries:
    """The names and contents, in order; ArchiveUnreadable when it is cut, damaged or no ZIP."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return tuple((entry.orig_filename, archive.read(entry)) for entry in archive.infolist())
    except (zipfile.BadZipFile, zlib.error, OSError, EOFError, ValueError, RuntimeError, OverflowError) as error:
        # Beyond its own errors, zipfile raises these for bad offsets, sizes, encodings, methods and encryption.
        raise ArchiveUnreadable(f"the ZIP cannot be read: {error}") from error


def entry_faults(entries: Entries, content: bytes) -> Iterator[str]:
    """What is wrong with names, sizes and the bytes between the files."""
    faults = list(_each_entry_faults(entries))
    yield from faults
    if not faults and pack_entries(entries) != content:
        yield "the ZIP is not as it was packed"


def layout_faults(files: Mapping[str, bytes]) -> Iterator[str]:
    """Which documents are missing, and which files lie outside the one control's folder."""
    for document in _DOCUMENTS:
        if document not in files:
            yield f"{document} is not there"
    controls = control_folders(files)
    if len(controls) != 1:
        yield f"the solution has {len(controls)} controls instead of one"
    inside = tuple(f"{folder_of(control)}/" for control in controls)
    for name in files:
        if name not in _DOCUMENTS and not name.startswith(inside):
            yield f"{name!r} belongs to no control"


def control_folders(files: Mapping[str, bytes]) -> list[str]:
    """The folders that hold a manifest: each is named as its control in full."""
    return [found[1] for name in files if (found := _MANIFEST.fullmatch(name))]


def _each_entry_faults(entries: Entries) -> Iterator[str]:
    for name, count in Counter(name.lower() for name, _ in entries).items():
        if count > 1:
            yield f"{name} is in the ZIP {count} times"
    for name, data in entries:
        if name not in _DOCUMENTS and not _NAME.fullmatch(name):
            yield f"{name!r} is no name for a file in a solution"
        if len(data) > MAX_FILE_BYTES:
            yield f"{name} is larger than {MAX_FILE_BYTES} bytes"
