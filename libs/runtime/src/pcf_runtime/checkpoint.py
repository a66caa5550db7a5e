"""What a log signs of its tree: the text of a C2SP tlog-checkpoint (https://c2sp.org/tlog-checkpoint).

    pcf-builder.audit
    20852163
    CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=

Three lines: the log's name, how many leaves its tree has, its root in base64. It travels as a signed note
(`signed_note`).
"""

import base64
import binascii
import re
from dataclasses import dataclass
from typing import Final

from pcf_runtime.merkle import HASH_SIZE

__all__ = ["BadCheckpointError", "Checkpoint"]

_SIZE: Final = re.compile("0|[1-9][0-9]{0,18}")
_LINES: Final = 3


class BadCheckpointError(ValueError):
    """A text that is no checkpoint; says why."""


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The state of a log's tree."""

    origin: str
    size: int
    root: bytes

    @property
    def text(self) -> str:
        """What is signed."""
        return f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode()}\n"

    @classmethod
    def parse(cls, text: str) -> "Checkpoint":
        """Back from the text. Lines behind the third, which the format allows others, are ignored."""
        if not text.endswith("\n"):
            raise BadCheckpointError("the checkpoint's text does not end in a line feed")
        lines = text[:-1].split("\n")
        if len(lines) < _LINES or not all(lines):
            raise BadCheckpointError("a checkpoint has at least three lines, none of them empty")
        origin, size, root = lines[:_LINES]
        if not _SIZE.fullmatch(size):
            raise BadCheckpointError(f"the second line of a checkpoint is the tree's size, not {size[:40]!r}")
        return cls(origin, int(size), _root(root))


def _root(text: str) -> bytes:
    try:
        root = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        root = b""
    # Some decoders drop bits that do not belong to a byte: only the one way to write a hash is taken.
    if len(root) != HASH_SIZE or base64.b64encode(root).decode() != text:
        raise BadCheckpointError(f"the third line of a checkpoint is a hash in base64, not {text[:60]!r}")
    return root
