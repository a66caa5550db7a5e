"""Runs the release workflow with act, on this machine: its own steps, around programs that only note what they do.

act takes the place of the runner. Actions of others are not fetched: stand-ins keep artifacts in a folder, and that is
all. What has a suite of its own, such as the tests and the images, is not made again: `make` notes it and goes on.
"""

import json
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import yaml

from tests.pipeline.programs import Programs

__all__ = ["VERSION", "Release"]

VERSION = "9.8.7"
_ROOT = Path(__file__).parents[2]
_NOT_AGAIN = ("lint", "lint-workflows", "test", "ci", "images")
_LINKED = (".venv", ".compilers")
_PATIENCE_S = 300
_STEPS = {
    "actions/upload-artifact": 'cp -r out "$KEPT/"',
    "actions/download-artifact": 'cp -r "$KEPT/out" .',
    "sigstore/cosign-installer": "true",
    "aws-actions/configure-aws-credentials": "true",
}
_GRYPE = "anchore/scan-action"


@dataclass(slots=True)
class Release:
    """A copy of the repository, at a tag, with what the pipeline needs around it."""

    folder: Path
    programs: Programs

    def prepare(self) -> None:
        """Copy what git has or would take, and tag it."""
        self._copy()
        git = ("git", "-c", "user.name=test", "-c", "user.email=test@localhost", "-c", "init.defaultBranch=main")
        for command in (("init",), ("add", "--all"), ("commit", "-m", "release"), ("tag", f"v{VERSION}")):
            subprocess.run((*git, *command), cwd=self._repository, check=True, capture_output=True)
        make = shutil.which("make")
        skipped = "|".join(_NOT_AGAIN)
        listed = "mkdir -p out/sbom && touch out/sbom/{gateway,generator,brain,audit}.spdx.json"
        self.programs.add("make", f'case "$1" in sbom) {listed} ;; {skipped}) ;; *) {make} -o .venv/ready "$@" ;; esac')
        self.programs.add("docker", 'case "$1" in login) cat >/dev/null ;; image) echo "${5%:*}@sha256:0" ;; esac')
        self.programs.add("helm", '[ "$1" != history ] || echo \'[{"revision": 4, "status": "deployed"}]\'')
        for name in ("cosign", "grype", "aws", "gh"):
            self.programs.add(name)

    def run(self, *, url: str, prometheus: str) -> subprocess.CompletedProcess[str]:
        """The whole workflow, as a push of the tag starts it; production has the same addresses as staging."""
        event = self.folder / "event.json"
        event.write_text(json.dumps({"ref": f"refs/tags/v{VERSION}"}))
        values = {"URL": url, "PROMETHEUS": prometheus, "ROLE": "role", "REGION": "here", "CLUSTER": "one"}
        command = [
            *("act", "push", "--workflows", ".github/workflows/release.yml", "--eventpath", str(event)),
            *("--platform", "ubuntu-latest=-self-hosted", "--action-cache-path", str(self.folder / "act")),
            *("--no-cache-server", "--secret", "PCF_KEY=only-for-smoke", "--secret", "PROMETHEUS_TOKEN=only-to-ask"),
            *(f"--var={name}={value}" for name, value in values.items()),
            *(f"--local-repository={used}={folder}" for used, folder in self._stand_ins().items()),
        ]
        return subprocess.run(
            command,
            cwd=self._repository,
            env=self.programs.environment(KEPT=str(self.folder), HOME=str(self.folder), MAKEFLAGS="WATCH_S=0"),
            text=True,
            capture_output=True,
            check=False,
            timeout=_PATIENCE_S,
        )

    @property
    def _repository(self) -> Path:
        return self.folder / "repository"

    def _copy(self) -> None:
        listed = ("git", "ls-files", "--cached", "--others", "--exclude-standard", "-z")
        names = subprocess.run(listed, cwd=_ROOT, text=True, capture_output=True, check=True).stdout
        for name in filter(None, names.split("\0")):
            if (_ROOT / name).is_file():
                to = self._repository / name
                to.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(_ROOT / name, to)
        for name in _LINKED:
            (self._repository / name).symlink_to(_ROOT / name)
        # Without them nothing is deployed; what the chart says is another suite's business.
        chart = self._repository / "deploy/helm/pcf-builder"
        chart.mkdir(parents=True, exist_ok=True)
        for environment in ("staging", "production"):
            (chart / f"values-{environment}.yaml").touch()
        projects = self._repository.rglob("pyproject.toml")
        for file in (*projects, *chart.glob("Chart.yaml"), self._repository / "CHANGELOG.md"):
            text = file.read_text().replace("0.1.0 (unreleased)", f"{VERSION} (2026-05-01)")
            file.write_text(text.replace("0.1.0", VERSION))

    def _stand_ins(self) -> dict[str, Path]:
        """By what a workflow uses, a folder with an action in its place."""
        text = (self._repository / ".github/workflows/release.yml").read_text()
        used = {line.split()[-3] for line in text.splitlines() if "uses:" in line and " # v" in line}
        made = {}
        for each in used:
            name, _, commit = each.partition("@")
            repository = "/".join(name.split("/")[:2])
            folder = self.folder / "actions" / repository
            action = folder / "/".join(name.split("/")[2:])
            action.mkdir(parents=True, exist_ok=True)
            (action / "action.yml").write_text(_action(name, self.programs.folder))
            made[f"{repository}@{commit}"] = folder
        return made


def _action(name: str, programs: Path) -> str:
    outputs = {"cmd": {"value": str(programs / "grype")}} if name.startswith(_GRYPE) else {}
    steps = [{"shell": "bash", "run": _STEPS.get(name, "true")}]
    runs = {"using": "composite", "steps": steps}
    return yaml.safe_dump({"name": name, "description": "A stand-in", "outputs": outputs, "runs": runs})
