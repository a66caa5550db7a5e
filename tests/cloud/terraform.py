"""The real Terraform, on a copy of deploy/aws, with AWS or with moto in its place."""

import os
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

__all__ = ["SOURCE", "Terraform", "missing"]

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "deploy/aws"
_INSIDE = """
terraform {
  backend "local" {}
}
provider "aws" {
  skip_metadata_api_check = true
  s3_use_path_style       = true
}
provider "aws" {
  alias                   = "standby"
  skip_metadata_api_check = true
  s3_use_path_style       = true
}
provider "aws" {
  alias                   = "global"
  skip_metadata_api_check = true
  s3_use_path_style       = true
}
"""
"""Over the providers of deploy/aws: moto is asked by its address, and the state stays here."""


class FailedError(Exception):
    """A command failed; what it said."""


def missing() -> str:
    """What is needed and not here; nothing if all is."""
    return "" if shutil.which("terraform") else "terraform is needed, 1.11 or newer"


class Terraform:
    """In a folder of its own; `environment` says where AWS is."""

    def __init__(self, folder: Path, environment: Mapping[str, str]) -> None:
        self.folder = folder / "aws"
        shutil.copytree(SOURCE, self.folder, ignore=shutil.ignore_patterns(".terraform*"))
        (self.folder / "stand_in_override.tf").write_text(_INSIDE)
        # A file of settings of whoever runs it is not read.
        self._environment = {**os.environ, **environment, "TF_CLI_CONFIG_FILE": "", "TF_IN_AUTOMATION": "1"}
        # A folder of providers, where the registry is not reached.
        given = os.environ.get("TF_PLUGIN_DIR")
        self.run("init", "-input=false", *([f"-plugin-dir={given}"] if given else []))

    def run(self, *arguments: str, within_s: float = 300.0) -> str:
        line = ("terraform", *arguments)
        done = subprocess.run(
            line, cwd=self.folder, env=self._environment, capture_output=True, text=True, check=False, timeout=within_s
        )
        if done.returncode:
            raise FailedError(f"terraform {' '.join(arguments)}: {done.stdout[-2_000:]}{done.stderr[-4_000:]}")
        return done.stdout
