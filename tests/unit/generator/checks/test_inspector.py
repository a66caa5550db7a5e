"""A whole project: what the rules are told of it, and whether a ZIP holds it."""

import io
import zipfile

import pytest
from pcf_generator.checks.inspector import Inspector
from pcf_generator.packing.archive import pack


def test_the_manifest(control):
    manifest = Inspector().facts(control.tree)["manifest"]

    assert ("StarRating", "index.ts", ["css/StarRating.css"]) == (
        manifest["constructor"],
        manifest["code"],
        manifest["css"],
    )
    assert (["value"], [], 3) == (manifest["bound"], manifest["outputs"], manifest["propertyCount"])
    assert "strings/StarRating.1033.resx" in manifest["resx"]


def test_the_project(control):
    project = Inspector().facts(control.tree)["project"]
    inside = [file for file in control.tree.files if file.path.startswith("StarRating/")]

    assert [] == project["dependencies"]
    assert sum(len(file.content) for file in inside) == project["sourceBytes"]


def test_every_style_sheet_counts(control):
    tree = control.and_file("StarRating/css/more.css", "body { margin: 0; }")

    assert ["body"] == Inspector().facts(tree)["css"]["unscoped"]


def test_the_zip_of_a_tree_holds_it(control):
    assert Inspector().is_packed(pack(control.tree), control.tree)


def rezip(content, change):
    """The same entries, changed by path; None leaves one out."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(buffer, "w") as new:
        for name in old.namelist():
            if (changed := change(name, old.read(name))) is not None:
                new.writestr(name, changed)
    return buffer.getvalue()


@pytest.mark.parametrize(
    "change",
    [
        lambda name, content: None if name == "README.md" else content,
        lambda name, content: content + b" " if name == "README.md" else content,
    ],
    ids=["a file less", "another content"],
)
def test_a_zip_of_something_else_does_not(control, change):
    assert not Inspector().is_packed(rezip(pack(control.tree), change), control.tree)


def test_a_zip_with_a_file_more_does_not(control):
    assert not Inspector().is_packed(pack(control.and_file("z", "z")), control.tree)


@pytest.mark.parametrize("content", [b"", b"PK", b"not a zip at all"])
def test_what_is_no_zip_does_not(control, content):
    assert not Inspector().is_packed(content, control.tree)


def test_a_damaged_zip_does_not(control):
    content = bytearray(pack(control.tree))
    content[content.index(b"export class")] ^= 1

    assert not Inspector().is_packed(bytes(content), control.tree)


def test_a_cut_zip_does_not(control):
    assert not Inspector().is_packed(pack(control.tree)[:-30], control.tree)
