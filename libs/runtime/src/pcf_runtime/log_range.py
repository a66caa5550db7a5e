"""What lies beside a file of a log's entries, so that it can be verified without the log.

    0-65536.jsonl.gz       one line for each entry: its content, whose hash is the leaf's
    0-65536.proof.json     this module: what the tree was before the first line, and what helps to find a changed one
    0-65536.checkpoint     a signed note: size and root of the tree, usually right behind the last line

Nothing in the proof file is to be believed. The prefix is proved by where it leads to together with the lines: the
signed root. The marks only help to say which line is to blame when it does not lead there.
"""

import base64
import binascii
import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from pcf_runtime.merkle import HASH_SIZE

__all__ = ["MARK_SIZE", "BadRangeProofError", "Growth", "RangeProof", "Sidecars", "hashes_from", "sidecars"]

MARK_SIZE: Final = 4
_KIND: Final = "range"
_ENDINGS: Final = (".jsonl.gz", ".jsonl")


class BadRangeProofError(ValueError):
    """A text that is no such proof; says why."""


@dataclass(frozen=True, slots=True)
class Growth:
    """A consistency proof from the tree that ends with the file to a larger one that is signed."""

    tree_size: int
    hashes: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class RangeProof:
    """Entries from `first` to before `end`."""

    first: int
    end: int
    prefix: tuple[bytes, ...]
    """The roots of the complete subtrees over all entries before the first, the largest first."""
    marks: bytes
    """The first four bytes of each line's leaf hash."""
    growth: Growth | None = None

    @property
    def text(self) -> str:
        members = {
            "kind": _KIND,
            "first": self.first,
            "end": self.end,
            "prefix": [each.hex() for each in self.prefix],
            "growth": self.growth
            and {"tree_size": self.growth.tree_size, "hashes": [each.hex() for each in self.growth.hashes]},
            "marks": base64.b64encode(self.marks).decode(),
        }
        return json.dumps(members, indent=1) + "\n"

    @classmethod
    def parse(cls, text: str | bytes) -> "RangeProof":
        """Back from the text; BadRangeProofError."""
        try:
            members = json.loads(text)
            if members["kind"] != _KIND:
                raise BadRangeProofError(f"it is no proof of a range but of kind {str(members['kind'])[:40]!r}")
            proof = cls(
                first=_count(members["first"]),
                end=_count(members["end"]),
                prefix=hashes_from(members["prefix"]),
                marks=base64.b64decode(members["marks"], validate=True),
                growth=members["growth"] and _growth(members["growth"]),
            )
        except (KeyError, TypeError, RecursionError, binascii.Error) as error:
            raise BadRangeProofError(f"a member is missing or of another type: {error}") from error
        except UnicodeDecodeError as error:
            raise BadRangeProofError("it is not UTF-8") from error
        except json.JSONDecodeError as error:
            raise BadRangeProofError(f"it is not JSON: {error}") from error
        proof.check()
        return proof

    def check(self) -> None:
        """That the parts fit one another; BadRangeProofError."""
        if self.end < self.first:
            raise BadRangeProofError("the range ends before it begins")
        if len(self.prefix) != self.first.bit_count():
            raise BadRangeProofError(f"{len(self.prefix)} hashes are not the subtrees over {self.first} entries")
        if len(self.marks) != MARK_SIZE * (self.end - self.first):
            raise BadRangeProofError("there is not one mark for each entry")


@dataclass(frozen=True, slots=True)
class Sidecars:
    """What the files beside a log file are called."""

    checkpoint: str
    proof: str


def sidecars(name: str) -> Sidecars:
    """`0-65536.jsonl.gz` goes with `0-65536.checkpoint` and `0-65536.proof.json`; any folder in front stays."""
    stem = next((name.removesuffix(ending) for ending in _ENDINGS if name.endswith(ending)), name)
    return Sidecars(f"{stem}.checkpoint", f"{stem}.proof.json")


def hashes_from(texts: Iterable[Any]) -> tuple[bytes, ...]:
    """Hashes from lower-case hex; TypeError."""
    found = []
    for text in texts:
        if not isinstance(text, str) or len(text) != 2 * HASH_SIZE or set(text) - set("0123456789abcdef"):
            raise TypeError(f"{str(text)[:80]!r} is no hash in hex")
        found.append(bytes.fromhex(text))
    return tuple(found)


def _growth(members: dict[str, Any]) -> Growth:
    return Growth(_count(members["tree_size"]), hashes_from(members["hashes"]))


def _count(value: Any) -> int:
    if type(value) is not int or value < 0:
        raise TypeError(f"{str(value)[:40]!r} is no number of entries")
    return value
