"""Programs that a pipeline needs and a test machine lacks: each notes how it was called, and does as told."""

import os
import shlex
from collections.abc import Mapping
from pathlib import Path

__all__ = ["Programs"]

_HEAD = """\
#!/usr/bin/env bash
set -euo pipefail
printf '%s %s\\n' "$(basename "$0")" "$*" >>{calls}
"""


class Programs:
    """A folder for PATH."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir()
        self.folder = folder
        self._calls = folder / "calls.txt"
        self._calls.touch()

    def add(self, name: str, body: str = "") -> None:
        """A program that notes its arguments and then runs these lines of bash."""
        file = self.folder / name
        file.write_text(f"{_HEAD.format(calls=shlex.quote(str(self._calls)))}{body}\n")
        file.chmod(0o755)

    @property
    def calls(self) -> list[str]:
        """Each call, with its arguments, in order."""
        return self._calls.read_text().splitlines()

    def environment(self, **more: str) -> Mapping[str, str]:
        """With these programs before all others."""
        return {**os.environ, "PATH": f"{self.folder}:{os.environ['PATH']}", **more}
