"""Our validator, types and processed manifest beside Microsoft's, run on the same manifests."""

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from pcf_generator.manifest.processed import processed_manifest
from pcf_generator.manifest.reading import ManifestUnreadable, read_manifest
from pcf_generator.manifest.types import manifest_types
from pcf_generator.manifest.validation import manifest_faults

from tests.judge.pcf_scripts import ENVIRONMENT, Project
from tests.unit.generator.manifest.cases import load

GOLDEN = Path(__file__).parents[1] / "golden"
CONTROLS = [manifest.parent for manifest in sorted(GOLDEN.glob("*/expected/*/ControlManifest.Input.xml"))]
BUILT_BY = re.compile(r"\n *<built-by [^>]*/>")
# No file of Microsoft's parses where these are; ours quotes them.
QUOTED = frozenset(["identifier", "enum-text"])


@pytest.fixture(scope="module")
def project(npm, tmp_path_factory):
    """All golden controls in one project, with node_modules."""
    folder = tmp_path_factory.mktemp("controls")
    for expected in sorted(GOLDEN.glob("*/expected")):
        shutil.copytree(expected, folder, dirs_exist_ok=True)
    return Project(folder, "")


@pytest.fixture
def judge(project, installed):
    """What Microsoft's code says of manifests."""
    if not (project.folder / "node_modules").exists():
        installed(project)

    def run(manifests):
        asked = [{"manifest": text, "constructor": _constructor(text)} for text in manifests]
        done = subprocess.run(
            ["node", str(Path(__file__).with_name("judge_manifests.cjs")), str(project.folder / "node_modules")],
            input="\n".join(map(json.dumps, asked)),
            cwd=project.folder,
            env=ENVIRONMENT,
            text=True,
            capture_output=True,
            timeout=300,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]

    return run


TABLES = {
    "matrix": lambda: load.altered("matrix.yaml"),
    "beyond": lambda: load.altered("beyond.yaml"),
    "real": load.real,
}


@pytest.mark.parametrize("table", TABLES)
def test_microsoft_says_what_the_table_says(judge, table):
    cases = list(TABLES[table]())
    verdicts = judge([case.manifest for case in cases])

    assert [(case.name, case.accepted) for case in cases] == [
        (case.name, verdict["accepted"]) for case, verdict in zip(cases, verdicts, strict=True)
    ]


@pytest.mark.parametrize("table", TABLES)
def test_we_refuse_at_least_what_microsoft_refuses(judge, table):
    cases = list(TABLES[table]())
    for case, verdict in zip(cases, judge([case.manifest for case in cases]), strict=True):
        assert verdict["accepted"] == _accepted(case), case.name


@pytest.mark.parametrize("table", TABLES)
def test_types_and_processed_manifest_are_the_same(judge, api_version, table):
    cases = [case for case in TABLES[table]() if case.accepted]
    for case, verdict in zip(cases, judge([case.manifest for case in cases]), strict=True):
        assert BUILT_BY.sub("", verdict["processed"]) == processed_manifest(case.manifest, api_version=api_version)
        if not case.rules & QUOTED:
            assert verdict["types"] == manifest_types(case.manifest).partition("ControlManifest.\n")[2], case.name


def test_a_whole_build_packs_the_same_manifests(npm, judge, project, api_version):
    built = project.run(npm, "run", "build", "--", "--skipBuildLinting", "true")
    assert "Succeeded" in built.stdout, built.stdout
    for control in CONTROLS:
        packed = (project.folder / "out" / "controls" / control.name / "ControlManifest.xml").read_text("utf-8")
        text = (control / "ControlManifest.Input.xml").read_text("utf-8")
        assert BUILT_BY.sub("", packed) == processed_manifest(text, api_version=api_version)


# One at a time: with several controls in a project pcf-scripts writes what it found in one into the types of the next.
@pytest.mark.parametrize("control", CONTROLS, ids=lambda control: control.name)
def test_refreshing_types_writes_the_same_types(npm, installed, tmp_path, control):
    project = installed(Project(Path(shutil.copytree(control.parent, tmp_path / "project")), control.name))
    done = project.run(npm, "run", "refreshTypes")
    types = (project.folder / control.name / "generated" / "ManifestTypes.d.ts").read_text("utf-8")

    assert "Succeeded" in done.stdout, done.stdout
    assert types == manifest_types((control / "ControlManifest.Input.xml").read_text("utf-8"))


@pytest.fixture
def api_version(judge, project):
    """The version of the typings that are installed."""
    package = project.folder / "node_modules" / "@types" / "powerapps-component-framework" / "package.json"
    return json.loads(package.read_text("utf-8"))["version"]


def _accepted(case):
    try:
        return all(fault.stricter for fault in manifest_faults(case.manifest, case.files))
    except ManifestUnreadable:
        return False


def _constructor(text):
    """The folder is named as the constructor; where there is none any name will do."""
    try:
        control = read_manifest(text).first("control")
    except ManifestUnreadable:
        control = None
    return control.attributes.get("constructor", "Control") if control else "Control"
