"""Finds the folder of the brain's files."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from pcf_cli.exits import WrongUsage

__all__ = ["find_brain"]

VARIABLE: Final = "PCF_BRAIN_FOLDER"
_DEFAULT: Final = Path("ai-brain")
_MARK: Final = "release.yaml"


def find_brain(given: Path | None, environment: Mapping[str, str] = os.environ) -> Path:
    """--brain, else PCF_BRAIN_FOLDER, else ./ai-brain; WrongUsage where there is none."""
    named = environment.get(VARIABLE)
    folder = given or (Path(named) if named else _DEFAULT)
    if (folder / _MARK).is_file():
        return folder.absolute()
    raise WrongUsage(
        f"There is no brain in {folder}: a folder with {_MARK} is needed. "
        f"Name it with --brain or {VARIABLE}, or start where ./{_DEFAULT} is."
    )
