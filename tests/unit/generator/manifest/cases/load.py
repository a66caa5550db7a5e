"""Reads the cases: what is changed in a manifest that has no faults, and what must come of it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import yaml

from tests.unit.generator.manifest.cases import facts

HERE = Path(__file__).parent


@dataclass(frozen=True)
class Case:
    """A manifest with the files beside it; `accepted` is Microsoft's verdict, `rules` those of ours that tell."""

    name: str
    manifest: str
    files: Mapping[str, str]
    accepted: bool
    rules: frozenset[str]


def altered(table: str) -> Iterator[Case]:
    """The cases of a table; each is laid over the base of `matrix.yaml`."""
    base = yaml.safe_load((HERE / "matrix.yaml").read_text("utf-8"))
    for case in yaml.safe_load((HERE / table).read_text("utf-8"))["cases"]:
        yield Case(
            case["case"],
            _manifest(base["manifest"], case),
            base["files"] | case.get("files", {}),
            {"accepts": True, "rejects": False}[case["microsoft"]],
            frozenset(case["faults"]),
        )


def real() -> Iterator[Case]:
    """Manifests of public repositories, rebuilt from their facts."""
    for case in yaml.safe_load((HERE / "real.yaml").read_text("utf-8"))["cases"]:
        yield Case(
            f"{case['in']} {case.get('at', '')}".strip(),
            facts.manifest(case["facts"]),
            facts.files(case["facts"]),
            {"accepts": True, "rejects": False}[case["microsoft"]],
            frozenset(case["faults"]),
        )


def _manifest(base: str, case: Mapping) -> str:
    added = [("<resources>", case.get("add", "") + "<resources>")]
    added += [("</resources>", case.get("resource", "") + "</resources>")]
    for old, new in [*added, *case.get("swap", {}).items()]:
        assert base.count(old) >= 1, f"{case['case']}: nothing to change, {old!r} is not there"
        base = base.replace(old, new, 1)
    return base
