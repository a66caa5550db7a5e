"""Microsoft's tools as the judge: installed from npm when the suite runs, kept between runs, never shipped."""

import fcntl
import json
import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TOOLS = ROOT / ".tools" / "pcf"
# Without it every build waits for telemetry that must not be sent.
ENVIRONMENT = os.environ | {"PP_TOOLS_TELEMETRY_OPTOUT": "1", "CI": "1", "NO_COLOR": "1", "NO_UPDATE_NOTIFIER": "1"}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        item.add_marker("controls")


@dataclass(frozen=True)
class Project:
    """A generated project, unpacked."""

    folder: Path
    name: str

    def run(self, *command: str) -> subprocess.CompletedProcess[str]:
        """Run a command in the project; its output in one text."""
        return subprocess.run(
            command,
            cwd=self.folder,
            env=ENVIRONMENT,
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=600,
            check=False,
        )

    @property
    def output(self) -> Path:
        return self.folder / "out" / "controls" / self.name


@pytest.fixture(scope="session")
def npm() -> str:
    """npm, on Node 20 or newer."""
    node, found = shutil.which("node"), shutil.which("npm")
    if not node or not found:
        pytest.fail("this suite needs Node 20 or newer with npm; `make test-controls` brings it", pytrace=False)
    version = subprocess.run([node, "--version"], capture_output=True, text=True, check=True).stdout.strip()
    if int(version.removeprefix("v").split(".")[0]) < 20:
        pytest.fail(f"this suite needs Node 20 or newer, this is {version}", pytrace=False)
    return found


@pytest.fixture
def generate(tmp_path: Path) -> Callable[..., Project]:
    """Build a prompt with the command line, and unpack the source it leaves."""

    def run(prompt: str, *options: str) -> Project:
        command = [sys.executable, "-m", "pcf_cli", "build", prompt, "-o", str(tmp_path), "--json", *options]
        done = subprocess.run(command, cwd=ROOT, text=True, capture_output=True, timeout=120, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
        name = json.loads(done.stdout)["build"]["result"]["component_name"]
        folder = tmp_path / name
        with zipfile.ZipFile(tmp_path / f"{name}-source.zip") as archive:
            archive.extractall(folder)
        return Project(folder, name)

    return run


@pytest.fixture
def installed(npm: str) -> Callable[[Project], Project]:
    """Give a project its node_modules: `npm install` once for all projects that ask for the same packages."""

    def install(project: Project) -> Project:
        wanted = json.loads((project.folder / "package.json").read_text())["devDependencies"]
        TOOLS.parent.mkdir(exist_ok=True)
        with (TOOLS.parent / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)  # the tests run in several processes
            _install(npm, project, wanted)
        (project.folder / "node_modules").symlink_to(TOOLS / "node_modules")
        return project

    return install


def _install(npm: str, project: Project, wanted: dict[str, str]) -> None:
    stamp = TOOLS / "installed.json"
    if stamp.is_file() and json.loads(stamp.read_text()) == wanted:
        return
    shutil.rmtree(TOOLS, ignore_errors=True)
    TOOLS.mkdir()
    shutil.copy(project.folder / "package.json", TOOLS)
    # Without flags, as a maker does it: what needs --legacy-peer-deps would be our fault.
    done = Project(TOOLS, "").run(npm, "install", "--no-audit", "--no-fund")
    assert done.returncode == 0, done.stdout
    stamp.write_text(json.dumps(wanted))
