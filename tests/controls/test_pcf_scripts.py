"""Every kind, with three sets of parameters each, builds with pcf-scripts and passes ESLint, without a warning.

What our solution holds is what that build gives, byte for byte; the bundles are compared by what they do, in
tests/behaviour.
"""

import re
import zipfile
from xml.etree import ElementTree as ET

import pytest

PROMPTS = {
    "StarRating": [
        "I need a 5-star rating control for product reviews",
        "A fancy 10-star rating with half stars, large green stars, required",
        "Show average product rating as stars, users can't edit it",
    ],
    "Toggle": [
        "A toggle switch for newsletter consent",
        "A simple required on/off toggle, large",
        "Show whether the order is shipped as a read-only toggle",
    ],
    "Slider": [
        "A slider from 0 to 100",
        "A fancy slider from -5 to 5 in steps of 0.5 with ticks, required",
        "A minimal percent slider, read-only",
    ],
    "ProgressBar": [
        "A progress bar for project completion",
        "A large green progress bar up to 200",
        "A minimal progress bar",
    ],
    "TextInput": [
        "An email input field with validation",
        "A required phone number input",
        "A text input with mask '(999) 999-9999'",
        "A read-only URL field",
    ],
    "ChoiceButtons": [
        "Choice buttons for priority",
        "A required vertical choice button group, large",
        "Show the status as read-only choice buttons",
    ],
}
CASES = [(name, prompt) for name, prompts in PROMPTS.items() for prompt in prompts]
# A line that would be untrue in ours.
BUILT_BY = re.compile(rb"\n *<built-by [^>]*/>")
COMPLAINT = re.compile(r"\b(warning|error|failed|deprecated)\b", re.IGNORECASE)


@pytest.mark.parametrize(("name", "prompt"), CASES, ids=[prompt for _, prompt in CASES])
def test_builds_without_a_warning(npm, generate, installed, name, prompt):
    project = installed(generate(prompt))
    assert name == project.name
    log = project.run(npm, "run", "build", "--", "--buildMode", "production").stdout
    # The exit code says nothing: pcf-scripts leaves 0 behind whatever failed.
    assert "Succeeded" in log, log
    assert [] == [line for line in log.splitlines() if COMPLAINT.search(line)], log
    bundle = (project.output / "bundle.js").read_text()
    assert "eval(" not in bundle
    manifest = ET.parse(project.output / "ControlManifest.xml").getroot()
    assert name == manifest.find("control").attrib["constructor"]
    assert _packed(project) == _built(project)
    lint = project.run(str(project.folder / "node_modules" / ".bin" / "eslint"), "--max-warnings", "0", name)
    assert (0, "") == (lint.returncode, lint.stdout.strip())


def _packed(project):
    """The files in our solution, without the code."""
    with zipfile.ZipFile(project.folder.with_name(f"{project.name}-solution.zip")) as archive:
        folder = f"Controls/pcfb_PcfBuilder.{project.name}/"
        names = [name for name in archive.namelist() if name.startswith(folder)]
        return {name.removeprefix(folder): archive.read(name) for name in names if not name.endswith(".js")}


def _built(project):
    """The files Microsoft's build gives, without the code and its licences."""
    paths = [path for path in project.output.rglob("*") if path.is_file() and not path.name.startswith("bundle.js")]
    files = {path.relative_to(project.output).as_posix(): path.read_bytes() for path in paths}
    return files | {"ControlManifest.xml": BUILT_BY.sub(b"", files["ControlManifest.xml"])}
