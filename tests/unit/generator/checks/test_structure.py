"""What must be there before anything can be said of the code; each fault is told, none is raised."""

import re

import pytest
from pcf_generator.checks.inspector import Inspector
from pcf_generator.domain.source import SourceTree

RESX = "StarRating/strings/StarRating.1031.resx"
TEXTS = RESX.removeprefix("StarRating/")
MANIFEST = "StarRating/ControlManifest.Input.xml"


def faults(tree):
    return Inspector().structure_faults(tree)


def test_what_is_generated_has_none(control):
    assert faults(control.tree) == ()


@pytest.mark.parametrize("kind", ["slider", "read-only toggle", "email input", "choice buttons", "progress bar"])
def test_no_kind_has_any(generated, kind):
    assert faults(generated(f"a {kind}")) == ()


CASES = [
    ("a text less", lambda c: c.with_file(RESX, lambda t: t.replace('name="value_Name"', 'name="other"')),
     f"{TEXTS} lacks value_Name"),
    ("an empty text", lambda c: c.with_file(RESX, lambda t: re.sub(r"(value_Name[^/]*<value>)[^<]*", r"\1 ", t)),
     f"{TEXTS} has empty texts: value_Name"),
    ("a text twice", lambda c: c.with_file(RESX, lambda t: t.replace('"Control_Description"', '"Control_Name"')),
     f"{TEXTS} has a text twice"),
    ("broken texts", lambda c: c.with_file(RESX, lambda t: t + "<"), f"{TEXTS} is not well-formed"),
    ("no texts", lambda c: c.without(RESX), f"{TEXTS} is not there"),
    ("no code", lambda c: c.without("StarRating/index.ts"), "index.ts is not there"),
    ("no styles", lambda c: c.without("StarRating/css/StarRating.css"),
     "css/StarRating.css is not there"),
    ("no manifest", lambda c: c.without(MANIFEST), "the project has 0 manifests instead of one"),
    ("two manifests", lambda c: c.and_file("Other/ControlManifest.Input.xml", "<a/>"),
     "the project has 2 manifests instead of one"),
    ("a broken manifest", lambda c: c.with_manifest(lambda t: t[:-20]), f"{MANIFEST} is not well-formed"),
    ("a manifest without a control", lambda c: c.with_manifest(lambda t: "<manifest/>"),
     "<manifest> lacks <control>"),
    ("a control without a constructor", lambda c: c.with_manifest(lambda t: t.replace("constructor=", "built-by=")),
     "<control> lacks constructor"),
    ("another constructor", lambda c: c.with_manifest(lambda t: t.replace('constructor="Star', 'constructor="')),
     "the control's folder is not named as its constructor"),
    ("no code in the manifest", lambda c: c.with_manifest(lambda t: t.replace("<code ", "<cole ")),
     "<resources> lacks <code>"),
    ("no package.json", lambda c: c.without("package.json"), "package.json is not there"),
    ("a broken package.json", lambda c: c.with_file("package.json", lambda t: t[:-5]), "package.json is not JSON"),
    ("a package.json of another shape", lambda c: c.with_file("package.json", lambda t: "[]"),
     "package.json lists no dependencies"),
    ("a file twice", lambda c: c.and_file("README.md", "again"), "two files have the same path"),
]  # fmt: skip


@pytest.mark.parametrize(("change", "expected"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_tells(control, change, expected):
    assert [fault for fault in faults(change(control)) if fault.startswith(expected)]


def test_an_empty_tree():
    assert faults(SourceTree(())) == ("package.json is not there", "the project has 0 manifests instead of one")
