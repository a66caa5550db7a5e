"""Writes the golden files anew: `make golden`, then read the difference as carefully as code."""

import shutil
from pathlib import Path

from conftest import HERE, Files, build_all


def main() -> None:
    """Rewrite every case."""
    for case, files in build_all().items():
        rewrite(HERE / case, files)


def rewrite(folder: Path, files: Files) -> None:
    """Replace what a case should give by what it gives."""
    shutil.rmtree(folder / "expected", ignore_errors=True)
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


if __name__ == "__main__":
    main()
