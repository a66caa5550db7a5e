"""The real Docker Compose, with or without an engine."""

import json
import os
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

__all__ = ["FILE", "HERE", "ROOT", "compose", "configuration"]

ROOT = Path(__file__).parents[2]
FILE = ROOT / "docker-compose.yml"
HERE = Path(__file__).with_name("here.yaml")
_PROGRAM = ROOT / ".tools/programs/docker-compose"


def compose(
    *arguments: str,
    files: Sequence[Path] = (FILE,),
    environment: Mapping[str, str] | None = None,
    within_s: float = 60.0,
) -> str:
    """What a command prints; RuntimeError with all its words if it fails."""
    given = [each for file in files for each in ("--file", str(file))]
    line = [str(_PROGRAM), *given, *arguments]
    told = {"PATH": os.environ["PATH"], "HOME": str(ROOT / ".tools"), **(environment or {})}
    done = subprocess.run(line, cwd=ROOT, env=told, capture_output=True, text=True, check=False, timeout=within_s)
    if done.returncode:
        raise RuntimeError(f"docker compose {' '.join(arguments)}: {done.stdout[-3_000:]}{done.stderr[-3_000:]}")
    return done.stdout


def configuration(variables: Mapping[str, str]) -> dict[str, Any]:
    """All that is started with these variables, every default filled in."""
    told: dict[str, Any] = json.loads(compose("config", "--format", "json", environment=variables))
    return told
