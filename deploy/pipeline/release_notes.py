"""`make release-notes`: what CHANGELOG.md says of a version, as the page of a release wants it.

The version must be that of every package, and no longer be called unreleased.
"""

import argparse
import re
import sys
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final

import yaml

__all__ = ["Wrong", "notes", "released", "versions"]

_ROOT: Final = Path(__file__).parents[2]
_SEMVER: Final = re.compile(r"\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?")
_HEAD: Final = re.compile(r"^## +(?P<version>\S+)(?P<rest>.*)$")
_ITEM: Final = re.compile(r"^\s*(?:[-*+]|\d+\.) |^#")


class Wrong(Exception):  # noqa: N818 - said of the release
    """It cannot be released like that."""


def notes(changelog: str, version: str, *, unreleased: bool = False) -> str:
    """The section of a version, each paragraph on one line: pages of releases keep line breaks. Raises Wrong."""
    if not _SEMVER.fullmatch(version):
        raise Wrong(f"{version} is no version like 1.2.3")
    found: list[str] | None = None
    for line in changelog.splitlines():
        head = _HEAD.match(line)
        if head and found is not None:
            break
        if head and head["version"] == version:
            if "unreleased" in head["rest"] and not unreleased:
                raise Wrong(f"CHANGELOG.md calls {version} unreleased: give it its date")
            found = []
        elif found is not None:
            found.append(line)
    if found is None:
        raise Wrong(f"CHANGELOG.md has no section {version}")
    text = "\n".join(_unwrapped(found)).strip()
    if not text:
        raise Wrong(f"CHANGELOG.md says nothing of {version}")
    return text + "\n"


def versions(root: Path) -> Mapping[str, str]:
    """Of every package that is shipped, and of the chart."""
    files = [*root.glob("services/*/pyproject.toml"), *root.glob("libs/*/pyproject.toml"), root / "cli/pyproject.toml"]
    projects = [tomllib.loads(file.read_text())["project"] for file in sorted(files)]
    charts = [yaml.safe_load(file.read_text()) for file in sorted(root.glob("deploy/helm/*/Chart.yaml"))]
    found = {project["name"]: project["version"] for project in projects}
    return found | {f"chart {chart['name']}": chart["appVersion"] for chart in charts}


def released(root: Path, version: str, *, unreleased: bool = False) -> str:
    """The notes of a version that all packages have. Raises Wrong."""
    text = notes((root / "CHANGELOG.md").read_text(), version, unreleased=unreleased)
    if other := {name: has for name, has in versions(root).items() if has != version}:
        raise Wrong(f"{version} is to be released, but: {', '.join(f'{name} is {has}' for name, has in other.items())}")
    return text


def _unwrapped(lines: Iterable[str]) -> list[str]:
    joined: list[str] = []
    for line in lines:
        goes_on = bool(joined) and bool(joined[-1].strip()) and bool(line.strip()) and not _ITEM.match(line)
        if goes_on:
            joined[-1] += f" {line.strip()}"
        else:
            joined.append(line.rstrip())
    return joined


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("version", help="with or without a v before it, as tags have it")
    parser.add_argument("--unreleased", action="store_true", help="also of a version without a date, to look at")
    asked = parser.parse_args()
    try:
        sys.stdout.write(released(_ROOT, asked.version.removeprefix("v"), unreleased=asked.unreleased))
    except Wrong as wrong:
        print(wrong, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
