"""A folder that always holds a whole release, for a brain to serve from: what `pcf-brain sync` writes.

    current                     a link to the release that is served
    releases/<digest>/…         its files, with .manifest and .note
    .incoming/                  what is being written

A release is written aside, made durable, renamed into its place, and only then the link is switched, by a rename too.
Whenever the writer dies, `current` leads to a whole release, the old or the new.
"""

import fcntl
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from pcf_brain.adapters.durable_file import sync_folder
from pcf_brain.adapters.signed_folder import MANIFEST_FILE, NOTE_FILE
from pcf_brain.domain.limits import Limits
from pcf_brain.domain.manifest import parse_manifest, sha256
from pcf_brain.domain.problem import BrokenReleaseError
from pcf_brain.reading import Published

_INCOMING = ".incoming"
_LOCK = ".lock"


class VolumeBusyError(Exception):
    """Somebody else writes to the volume."""


class Volume:
    """One volume. Whatever the file system refuses is an OSError."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._releases = root / "releases"
        self.current = root / "current"

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Be the only one who writes; the lock ends with the process, however that ends."""
        self._releases.mkdir(parents=True, exist_ok=True)
        with (self._root / _LOCK).open("wb") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                raise VolumeBusyError(f"{self._root} is being written by another `pcf-brain sync`") from error
            yield

    @property
    def digest(self) -> str:
        """The release that `current` leads to; empty if there is none."""
        try:
            return self.current.readlink().name.partition(".")[0]
        except OSError:
            return ""

    def contents(self) -> "Contents":
        """What the releases here hold already."""
        return Contents(list(self._releases.iterdir()))

    def install(self, published: Published, contents: Mapping[str, bytes]) -> None:
        """Make a release the current one."""
        incoming = self._root / _INCOMING
        # What a killed sync left: nothing of it is known to be whole, and its contents are soon read again.
        shutil.rmtree(incoming, ignore_errors=True)
        _write_tree(incoming, {**contents, MANIFEST_FILE: published.manifest, **_note(published)})
        place = self._free_place(published.digest)
        incoming.rename(place)
        sync_folder(self._releases)
        self._switch(place)

    def prune(self, *, keep: int) -> None:
        """Remove all but the newest releases. The current one always stays."""
        served = self.current.resolve()
        others = [place for place in self._releases.iterdir() if place.resolve() != served]
        others.sort(key=lambda place: (place.stat().st_mtime_ns, place.name), reverse=True)
        for place in others[keep - 1 :]:
            shutil.rmtree(place)

    def _free_place(self, digest: str) -> Path:
        """Find a name that nobody uses: a release that was here before may be served, or damaged."""
        place, number = self._releases / digest, 0
        while os.path.lexists(place):
            number += 1
            place = self._releases / f"{digest}.{number}"
        return place

    def _switch(self, place: Path) -> None:
        aside = self._root / ".current"
        aside.unlink(missing_ok=True)
        aside.symlink_to(place.relative_to(self._root))
        aside.replace(self.current)
        sync_folder(self._root)


class Contents:
    """Contents by hash, found in folders with a manifest, and believed only if they are what it says."""

    def __init__(self, places: list[Path]) -> None:
        self._paths = {digest: path for place in places for digest, path in _listed(place)}

    def find(self, digest: str) -> bytes | None:
        path = self._paths.get(digest)
        with suppress(OSError):
            content = path.read_bytes() if path else b""
            return content if path and sha256(content) == digest else None
        return None


def _listed(place: Path) -> Iterator[tuple[str, Path]]:
    with suppress(OSError, BrokenReleaseError):
        manifest = (place / MANIFEST_FILE).read_bytes()
        for path, digest in parse_manifest(manifest, digest=sha256(manifest), limits=Limits()).items():
            yield digest, place / path


def _note(published: Published) -> dict[str, bytes]:
    return {NOTE_FILE: published.note} if published.note else {}


def _write_tree(root: Path, contents: Mapping[str, bytes]) -> None:
    """Write files and their folders so that they outlast a power cut."""
    root.mkdir()
    folders = {root}
    for path, content in contents.items():
        file = root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        folders.update(parent for parent in file.parents if parent.is_relative_to(root))
        with file.open("xb") as opened:
            opened.write(content)
            opened.flush()
            os.fsync(opened.fileno())
    for folder in sorted(folders, reverse=True):
        sync_folder(folder)
