"""Packs files into a ZIP whose bytes depend on the files alone: fixed order, fixed time, fixed modes."""

import io
import zipfile
from collections.abc import Iterable

from pcf_generator.domain.source import SourceTree

# The earliest time the format knows; https://reproducible-builds.org/docs/archives/
_EPOCH = (1980, 1, 1, 0, 0, 0)
_REGULAR_FILE = 0o100644 << 16
_MADE_ON_UNIX = 3


def pack(tree: SourceTree) -> bytes:
    """Pack the files, at the root of the ZIP."""
    return pack_entries((file.path, file.content) for file in sorted(tree.files, key=lambda file: file.path))


def pack_entries(entries: Iterable[tuple[str, bytes]]) -> bytes:
    """Pack names with their content, in the order they come."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in entries:
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.external_attr = _REGULAR_FILE
            entry.create_system = _MADE_ON_UNIX
            # Stored, not deflated: the output of zlib differs between its versions and forks.
            archive.writestr(entry, content, zipfile.ZIP_STORED)
    return buffer.getvalue()
