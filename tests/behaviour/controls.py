"""A control made from a prompt: its source, and what a maker imports."""

import json
import subprocess
import sys
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.judge.pcf_scripts import Project

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Control:
    """What a host loads."""

    maker: str
    """Whose compiler made it."""
    manifest: str
    bundle: str
    css: Sequence[str]
    strings: Mapping[str, str]
    """RESX texts by LCID."""


def generate(prompt: str, folder: Path) -> tuple[Project, Control]:
    """Build a prompt with the command line: the project it leaves, and the control in its solution."""
    command = [sys.executable, "-m", "pcf_cli", "build", prompt, "-o", str(folder), "--json"]
    done = subprocess.run(command, cwd=ROOT, text=True, capture_output=True, timeout=120, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    name = json.loads(done.stdout)["build"]["result"]["component_name"]
    solution = folder / f"{name}-solution.zip"
    assert solution.is_file(), "nothing was compiled; `make compilers` installs what it takes"
    _unpack(folder / f"{name}-source.zip", folder / name)
    _unpack(solution, folder / "solution")
    (control,) = (folder / "solution" / "Controls").iterdir()
    return Project(folder / name, name), load(control, maker="ours")


def load(folder: Path, *, maker: str) -> Control:
    """Read a compiled control from its folder."""
    strings = {path.suffixes[-2].removeprefix("."): path.read_text("utf-8") for path in folder.glob("strings/*.resx")}
    css = [path.read_text("utf-8") for path in sorted(folder.glob("css/*.css"))]
    manifest = (folder / "ControlManifest.xml").read_text("utf-8")
    return Control(maker, manifest, (folder / "bundle.js").read_text("utf-8"), css, strings)


def _unpack(archive: Path, folder: Path) -> None:
    with zipfile.ZipFile(archive) as opened:
        opened.extractall(folder)
