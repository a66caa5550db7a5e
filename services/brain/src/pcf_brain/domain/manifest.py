"""What a published release lists: the hash and the path of each of its files, and nothing that is not canonical.

Its lines are those `sha256sum -c` reads, sorted by path; its own SHA-256 is the digest that names the release. One
list of files has one form, so a digest cannot mean two things.
"""

import hashlib
import re
from collections.abc import Iterator, Mapping

from pcf_brain.domain.limits import Limits
from pcf_brain.domain.paths import RULE, is_path
from pcf_brain.domain.problem import BrokenReleaseError, Problem

MANIFEST = "manifest"

_LINE = re.compile(r"([0-9a-f]{64})  (.+)")
_DIGEST = re.compile(r"[0-9a-f]{64}")


def is_digest(text: str) -> bool:
    return _DIGEST.fullmatch(text) is not None


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def list_files(contents: Mapping[str, bytes]) -> dict[str, str]:
    """Name the hash of each file, by path, sorted."""
    return {path: sha256(contents[path]) for path in sorted(contents)}


def write_manifest(files: Mapping[str, str]) -> bytes:
    return "".join(f"{files[path]}  {path}\n" for path in sorted(files)).encode()


def parse_manifest(content: bytes, *, digest: str, limits: Limits) -> dict[str, str]:
    """Read the manifest that this digest names. Raises BrokenReleaseError with all that is wrong with it."""
    if sha256(content) != digest:
        raise BrokenReleaseError([Problem(MANIFEST, 0, f"is not the one that {digest} names: its hash is another")])
    if not content.endswith(b"\n") or not content.isascii():
        raise BrokenReleaseError([Problem(MANIFEST, 0, "is no list of `sha256  path` lines in ASCII")])
    lines = content.decode("ascii").removesuffix("\n").split("\n")
    if len(lines) > limits.files:
        raise BrokenReleaseError([Problem(MANIFEST, 0, f"lists more than {limits.files:,} files")])
    files: dict[str, str] = {}
    problems = list(_read(lines, files))
    problems += _folders(files)
    if problems:
        raise BrokenReleaseError(problems)
    return files


def _read(lines: list[str], files: dict[str, str]) -> Iterator[Problem]:
    """Put each line into `files`, and say what is wrong with the others."""
    last = ""
    for number, line in enumerate(lines, start=1):
        match = _LINE.fullmatch(line)
        if match is None:
            yield Problem(MANIFEST, number, "is no line of `sha256  path`")
            continue
        path = match[2]
        if not is_path(path):
            yield Problem(MANIFEST, number, f"{path[:100]!r}: {RULE}")
        elif path in files:
            yield Problem(MANIFEST, number, f"{path} is listed twice")
        elif path < last:
            yield Problem(MANIFEST, number, f"{path} stands out of order")
        else:
            files[path], last = match[1], path


def _folders(files: Mapping[str, str]) -> Iterator[Problem]:
    """Find files that would have to be folders too."""
    for path in files:
        parts = path.split("/")
        for depth in range(1, len(parts)):
            if (parent := "/".join(parts[:depth])) in files:
                yield Problem(MANIFEST, 0, f"{parent} is a file and {path} would be in it")
