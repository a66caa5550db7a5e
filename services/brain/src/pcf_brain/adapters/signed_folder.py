"""Whether a folder is the release that its manifest lists and its note vouches for.

`pcf-brain sync` leaves both in the folder, under names that are not of the release.
"""

from collections.abc import Mapping
from pathlib import Path

from pcf_brain.adapters.regular_file import read_regular
from pcf_brain.domain.limits import Limits
from pcf_brain.domain.manifest import list_files, parse_manifest, sha256
from pcf_brain.domain.problem import BrokenReleaseError, Problem
from pcf_brain.domain.statement import NOTE_BYTES
from pcf_brain.trust import Trust

MANIFEST_FILE = ".manifest"
NOTE_FILE = ".note"


class SignedFolder:
    """Judges what was read of a folder; where a digest is given, it must be that release and no other."""

    def __init__(self, trust: Trust, *, digest: str = "", limits: Limits | None = None) -> None:
        self._trust = trust
        self._digest = digest
        self._limits = limits or Limits()

    def judge(self, root: Path, contents: Mapping[str, bytes]) -> None:
        """Raise BrokenReleaseError unless these are exactly the files that were signed."""
        manifest = _read(root / MANIFEST_FILE, self._limits.manifest_bytes)
        digest = self._digest or sha256(manifest)
        note = _read(root / NOTE_FILE, NOTE_BYTES) if self._trust.asks else b""
        statement = self._trust.judge(note, digest=digest) if self._trust.asks else None
        listed = parse_manifest(manifest, digest=digest, limits=self._limits)
        if problems := _differences(listed, list_files(contents)):
            raise BrokenReleaseError(problems)
        if statement:
            statement.check_size(contents)


def _read(path: Path, limit_bytes: int) -> bytes:
    try:
        content = read_regular(path, limit_bytes=limit_bytes)
    except OSError as error:
        reason = "a signed release has one" if isinstance(error, FileNotFoundError) else error.strerror
        raise BrokenReleaseError([Problem(path.name, 0, f"cannot be read: {reason}")]) from error
    if len(content) > limit_bytes:
        raise BrokenReleaseError([Problem(path.name, 0, f"is larger than {limit_bytes:,} bytes")])
    return content


def _differences(listed: Mapping[str, str], found: Mapping[str, str]) -> list[Problem]:
    problems = [Problem(path, 0, "is listed in the manifest and not here") for path in listed.keys() - found.keys()]
    problems += [Problem(path, 0, "is not listed in the manifest") for path in found.keys() - listed.keys()]
    common = listed.keys() & found.keys()
    return problems + [
        Problem(path, 0, "is not what the manifest lists: its hash is another")
        for path in common
        if listed[path] != found[path]
    ]
