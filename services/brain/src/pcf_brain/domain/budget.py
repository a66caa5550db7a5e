"""How much one task may hold."""

from collections.abc import Sequence
from dataclasses import dataclass

from pcf_brain.domain.release import FileEntry

_BIGGEST_SHOWN = 3


@dataclass(frozen=True, slots=True)
class Budget:
    """Limits of one task. A model that is given more than it needs does worse, and costs more."""

    tokens: int = 5_000
    warn_tokens: int = 4_000
    files: int = 10
    size_bytes: int = 50_000

    def excesses(self, files: Sequence[FileEntry]) -> list[str]:
        """Say which limits the files cross, with the files to blame; nothing if they fit."""
        measures = (
            (estimated_tokens(files), self.tokens, "estimated tokens"),
            (len(files), self.files, "files"),
            (sum(entry.size_bytes for entry in files), self.size_bytes, "bytes"),
        )
        return [
            f"{amount:,} {unit} are more than the {limit:,} a task may hold; biggest: {_biggest(files)}"
            for amount, limit, unit in measures
            if amount > limit
        ]

    def warnings(self, files: Sequence[FileEntry]) -> list[str]:
        """Say that the files come near the limit, with the files to blame; nothing if they do not."""
        tokens = estimated_tokens(files)
        if tokens <= self.warn_tokens:
            return []
        line = f"the warning line of {self.warn_tokens:,} (limit {self.tokens:,})"
        return [f"{tokens:,} estimated tokens are above {line}; biggest: {_biggest(files)}"]


def estimated_tokens(files: Sequence[FileEntry]) -> int:
    return sum(entry.estimated_tokens for entry in files)


def _biggest(files: Sequence[FileEntry]) -> str:
    ranked = sorted(files, key=lambda entry: (-entry.estimated_tokens, entry.path))
    return ", ".join(f"{entry.path} ({entry.estimated_tokens:,})" for entry in ranked[:_BIGGEST_SHOWN])
