"""Packs files into a ZIP whose bytes depend on the files alone: sorted entries, fixed time, fixed modes."""

import io
import zipfile

from pcf_generator.domain.source import SourceTree

# The earliest time the format knows; https://reproducible-builds.org/docs/archives/
_EPOCH = (1980, 1, 1, 0, 0, 0)
_REGULAR_FILE = 0o100644 << 16
_MADE_ON_UNIX = 3


def pack(tree: SourceTree) -> bytes:
    """Pack the files, at the root of the ZIP."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for file in sorted(tree.files, key=lambda file: file.path):
            entry = zipfile.ZipInfo(file.path, _EPOCH)
            entry.external_attr = _REGULAR_FILE
            entry.create_system = _MADE_ON_UNIX
            # Stored, not deflated: the output of zlib differs between its versions and forks.
            archive.writestr(entry, file.content, zipfile.ZIP_STORED)
    return buffer.getvalue()
