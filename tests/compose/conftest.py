"""The stacks of docker-compose.yml."""

import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.compose.composing import ROOT, configuration


@pytest.fixture(scope="session")
def secrets() -> Path:
    """What `make compose-secrets` makes."""
    folder = ROOT / "deploy/compose/secrets"
    subprocess.run([sys.executable, ROOT / "deploy/compose/make_secrets.py", folder], check=True)
    return folder


@pytest.fixture(scope="session")
def full(secrets: Path) -> Mapping[str, str]:
    """The variables of all there is."""
    lines = (secrets / "full.env").read_text().splitlines()
    return {name: value.strip("'") for name, value in (line.split("=", 1) for line in lines)}


@pytest.fixture(params=["light", "full"])
def stack(request: pytest.FixtureRequest, full: Mapping[str, str]) -> dict[str, Any]:
    """By name, each container of a profile."""
    services: dict[str, Any] = configuration(full if request.param == "full" else {})["services"]
    return services
