"""Microsoft's tools as the judge: installed from npm when a suite runs, kept between runs, never shipped."""

import fcntl
import json
import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

TOOLS = Path(__file__).parents[2] / ".tools" / "pcf"
# Without it every build waits for telemetry that must not be sent.
ENVIRONMENT = os.environ | {"PP_TOOLS_TELEMETRY_OPTOUT": "1", "CI": "1", "NO_COLOR": "1", "NO_UPDATE_NOTIFIER": "1"}


class NodeMissingError(Exception):
    """There is no Node new enough for Microsoft's tools; the text says what is needed."""


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


def find_npm() -> str:
    """npm, on Node 20 or newer; NodeMissingError without."""
    node, found = shutil.which("node"), shutil.which("npm")
    if not node or not found:
        raise NodeMissingError("this suite needs Node 20 or newer with npm; its make target brings it")
    version = subprocess.run([node, "--version"], capture_output=True, text=True, check=True).stdout.strip()
    if int(version.removeprefix("v").split(".")[0]) < 20:
        raise NodeMissingError(f"this suite needs Node 20 or newer, this is {version}")
    return found


def install(npm: str, project: Project) -> Project:
    """Give a project its node_modules: `npm install` once for all projects that ask for the same packages."""
    wanted = json.loads((project.folder / "package.json").read_text())["devDependencies"]
    TOOLS.parent.mkdir(exist_ok=True)
    with (TOOLS.parent / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # the tests run in several processes
        _install(npm, project, wanted)
    (project.folder / "node_modules").symlink_to(TOOLS / "node_modules")
    return project


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
