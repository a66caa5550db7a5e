"""How large a release may be."""

from dataclasses import dataclass

_LONGEST_LINE = 400
"""Of a manifest: a hash, two blanks, the longest path and the end of the line."""


@dataclass(frozen=True, slots=True)
class Limits:
    """More than this is no brain but a mistake, and reading it would take the service down."""

    file_bytes: int = 256_000
    files: int = 2_000
    total_bytes: int = 16_000_000

    @property
    def manifest_bytes(self) -> int:
        return self.files * _LONGEST_LINE
