"""What must hold for every workflow, whoever edits it."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[2]
WORKFLOWS = sorted((ROOT / ".github/workflows").glob("*.yml"))
MAY_WRITE = {
    ("release.yml", "image"): {"packages", "id-token"},
    ("release.yml", "staging"): {"id-token"},
    ("release.yml", "production"): {"id-token"},
    ("release.yml", "notes"): {"contents"},
}
"""Which job may write what; all others read the repository, and no more."""
_MAKE = re.compile(r"(?:^|\s)make ([a-z-]+)")
_PINNED = re.compile(r"uses: [\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$")
# Where signing in to the registry is; docker reads the token from its standard input.
_LOGIN = 'docker login --username "$USER_NAME" --password-stdin ghcr.io <<<"$TOKEN"\n'


def _jobs(file: Path) -> dict[str, Any]:
    return yaml.safe_load(file.read_text())["jobs"]


JOBS = [
    pytest.param(file, name, job, id=f"{file.name}:{name}") for file in WORKFLOWS for name, job in _jobs(file).items()
]


def test_there_are_workflows():
    assert ["ci.yml", "release.yml"] == [file.name for file in WORKFLOWS]


@pytest.mark.parametrize("file", WORKFLOWS, ids=lambda file: file.name)
def test_nothing_is_allowed_by_default(file: Path):
    assert {} == yaml.safe_load(file.read_text())["permissions"]


@pytest.mark.parametrize(("file", "name", "job"), JOBS)
def test_a_job_may_write_only_what_it_must(file: Path, name: str, job: dict[str, Any]):
    written = {what for what, how in job["permissions"].items() if how == "write"}

    assert MAY_WRITE.get((file.name, name), set()) == written


@pytest.mark.parametrize(("file", "name", "job"), JOBS)
def test_a_job_ends_by_itself(file: Path, name: str, job: dict[str, Any]):
    assert "uses" in job or 0 < job["timeout-minutes"] <= 120


@pytest.mark.parametrize("file", WORKFLOWS, ids=lambda file: file.name)
def test_actions_of_others_are_pinned_and_say_their_version(file: Path):
    used = [line.strip(" -") for line in file.read_text().splitlines() if "uses: " in line and "uses: ./" not in line]

    assert [] == [line for line in used if not _PINNED.search(line)]


@pytest.mark.parametrize(("file", "name", "job"), JOBS)
def test_a_step_runs_a_target_that_anybody_can_run(file: Path, name: str, job: dict[str, Any]):
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    for step in job.get("steps", ()):
        if "run" in step:
            (target,) = _MAKE.findall(step["run"])
            assert target in targets, step
            assert 1 == len(step["run"].removeprefix(_LOGIN).splitlines()), step


@pytest.mark.parametrize(("file", "name", "job"), JOBS)
def test_no_expression_stands_in_a_script(file: Path, name: str, job: dict[str, Any]):
    assert [] == [step for step in job.get("steps", ()) if "${{" in step.get("run", "")]


def test_the_order_is_that_of_the_design():
    needs = {name: job.get("needs") for name, job in _jobs(ROOT / ".github/workflows/release.yml").items()}

    order = ["checks", "image", "staging", "production", "notes"]
    assert dict(zip(order, [None, *order], strict=False)) == needs


def test_deployments_are_the_same_everywhere():
    jobs = _jobs(ROOT / ".github/workflows/release.yml")

    assert jobs["staging"]["steps"] == jobs["production"]["steps"]
