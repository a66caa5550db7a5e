"""Makes the file system of an image: `assemble.py ROOT`, where ROOT/app holds the service already.

Python with its standard library, what both are linked with, certificates to trust, one user, and nothing else: no
shell, no package manager. Runs in the image that builds, with its Python and nothing installed.
"""

import compileall
import os
import py_compile
import re
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Iterable, Iterator
from pathlib import Path

USER = 65532
WITHOUT = ("__pycache__", "ensurepip", "idlelib", "lib2to3", "pydoc_data", "test", "tests", "tkinter", "turtledemo")
WITHOUT_ALSO = ("site-packages", "dist-packages", "config-*", "*.a")
CERTIFICATES = Path("/etc/ssl/certs/ca-certificates.crt")
LINKED = re.compile(r"(?:=> )?(/\S+) \(0x")
TEXTS = {
    "etc/passwd": f"pcf:x:{USER}:{USER}::/tmp:/\n",
    "etc/group": f"pcf:x:{USER}:\n",
    "etc/nsswitch.conf": "hosts: files dns\n",
}


def main(root: Path) -> None:
    python, library = Path(sys.executable).resolve(), Path(sysconfig.get_path("stdlib"))
    shutil.copytree(library, at(root, library), ignore=shutil.ignore_patterns(*WITHOUT, *WITHOUT_ALSO), symlinks=True)
    copy(python, root)
    for name in linked([python, *binaries(at(root, library)), *binaries(root / "app")]):
        copy(name, root)
    (root / "bin").mkdir(exist_ok=True)
    # One name, wherever this Python lives.
    (root / "bin/python").symlink_to(python)
    for name, text in TEXTS.items():
        write(root / name, text)
    if CERTIFICATES.exists():
        copy(CERTIFICATES, root)
    for folder in ("tmp", "ai-brain"):
        (root / folder).mkdir(exist_ok=True)
    (root / "tmp").chmod(0o1777)
    compiled(root / "app", at(root, library))


def at(root: Path, path: Path) -> Path:
    return root / path.relative_to("/")


def copy(path: Path, root: Path) -> None:
    """The file under the same name, whatever links lead to it."""
    there = at(root, path)
    there.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy2(path.resolve(), there)


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def binaries(folder: Path) -> Iterator[Path]:
    return (path for path in sorted(folder.rglob("*.so*")) if path.is_file())


def linked(files: Iterable[Path]) -> list[Path]:
    """What they are linked with, by the loader's own account; of what an application brings along, nothing."""
    environment = {"LC_ALL": "C", "PATH": os.environ["PATH"]}
    found: set[str] = set()
    for file in files:
        told = subprocess.run(["ldd", str(file)], capture_output=True, text=True, check=False, env=environment)  # noqa: S603, S607
        found.update(LINKED.findall(told.stdout))
    return sorted(Path(name) for name in found if "/app/" not in name)


def compiled(*folders: Path) -> None:
    """Nobody can write beside the sources; and the same sources give the same bytes, whenever they were copied."""
    for folder in folders:
        shown = "/" + str(folder).partition("/")[2].partition("/")[2]
        compileall.compile_dir(
            folder, quiet=2, ddir=shown, invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH
        )


if __name__ == "__main__":
    main(Path(sys.argv[1]))
