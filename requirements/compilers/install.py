"""Installs the compilers: `install.py FOLDER`. Needs npm with Node 20, or else fetches both from the Python index.

The folder is made whole beside its place and then put there, so that nobody finds half of it. It says what it was
made from, and is made anew when that changes. Needs Python and nothing else, for images are built with it too.
"""

# ruff: noqa: INP001, S603 - a script, and the programs it runs are npm and pip

import hashlib
import os
import platform
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).parent
NPM_FILES = ("package.json", "package-lock.json")
MARK = "made-from"
LEAST_NODE = 20
# Nothing runs at installation. One attempt more, for without a network nobody wants to wait for minutes.
INSTALL = ("ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error", "--fetch-retries=1")


class NotInstalledError(Exception):
    """Why there are no compilers, in one sentence."""


def main(folder: Path) -> None:
    """Install into the folder, unless it is there and up to date."""
    wanted = made_from()
    if read(folder / MARK) == wanted:
        (folder / MARK).touch()  # for make, which goes by times
        return
    sys.stdout.write(f"Setting up {folder.name} (once)\n")
    sys.stdout.flush()
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f"{folder.name}-", dir=folder.parent) as place:
        new = Path(place) / "new"
        new.mkdir()
        for name in NPM_FILES:
            shutil.copy(HERE / name, new)
        run([*npm(Path(place) / "node"), *INSTALL, "--prefix", str(new)])
        (new / MARK).write_text(wanted)
        put(new, folder, wanted, old=Path(place) / "old")


def made_from() -> str:
    """What the folder's contents depend on."""
    digest = hashlib.sha256()
    for name in NPM_FILES:
        digest.update((HERE / name).read_bytes())
    return f"{digest.hexdigest()} {sys.platform} {platform.machine()}"


def npm(venv: Path) -> list[str]:
    """The command: the machine's if its Node is new enough, else one from a venv that is thrown away."""
    found, node = shutil.which("npm"), shutil.which("node")
    if found and node and major(node) >= LEAST_NODE:
        return [found]
    sys.stdout.write(f"There is no npm with Node {LEAST_NODE} or newer; fetching both from the Python index\n")
    sys.stdout.flush()
    run([sys.executable, "-m", "venv", str(venv)])
    requirements = ("--require-hashes", "--requirement", str(HERE / "node.txt"))
    run([str(venv / "bin" / "pip"), "install", "--quiet", "--retries", "1", "--no-deps", *requirements])
    os.environ["PATH"] = f"{venv / 'bin'}{os.pathsep}{os.environ.get('PATH', '')}"
    return [str(venv / "bin" / "npm")]


def major(node: str) -> int:
    """The first number of Node's version; 0 when it does not say."""
    said = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout
    number = said.lstrip("v").split(".")[0]
    return int(number) if number.isdecimal() else 0


def run(command: list[str]) -> None:
    """Run quietly; NotInstalledError with the last line of what it said."""
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    if done.returncode:
        said = (done.stderr.strip() or done.stdout.strip() or f"it ended with {done.returncode}").splitlines()
        telling = [line for line in said if not line.startswith(("npm notice", "npm error A complete log"))]
        raise NotInstalledError(f"{Path(command[0]).name} failed: {(telling or said)[-1].strip()[:200]}")


def put(new: Path, folder: Path, wanted: str, *, old: Path) -> None:
    """Put the new folder into its place; another that was quicker and made the same is as good."""
    try:
        if folder.exists():
            folder.rename(old)
        new.rename(folder)
    except OSError:
        if read(folder / MARK) != wanted:
            raise


def read(path: Path) -> str:
    """The text of the file; empty when there is none."""
    return path.read_text() if path.is_file() else ""


if __name__ == "__main__":
    try:
        main(Path(sys.argv[1]).absolute())
    except (NotInstalledError, OSError) as error:
        sys.exit(f"No compilers: {error}. Controls are delivered as source, without a solution.")
