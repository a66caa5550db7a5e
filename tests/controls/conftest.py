"""Generated projects for Microsoft's tools to judge."""

import json
import subprocess
import sys
import zipfile
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from tests.judge import pcf_scripts
from tests.judge.pcf_scripts import Project

ROOT = Path(__file__).parents[2]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        item.add_marker("controls")


@pytest.fixture(scope="session")
def npm() -> str:
    """npm, on Node 20 or newer."""
    try:
        return pcf_scripts.find_npm()
    except pcf_scripts.NodeMissingError as error:
        pytest.fail(str(error), pytrace=False)


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
    """Give a project its node_modules."""
    return partial(pcf_scripts.install, npm)
