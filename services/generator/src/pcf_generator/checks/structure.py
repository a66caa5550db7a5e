"""The structure of a project: what must be there before anything can be said of its code."""

import json
from collections.abc import Iterator
from xml.etree import ElementTree as ET

from pcf_generator.domain.source import SourceFile, SourceTree
from pcf_generator.manifest.reading import ManifestUnreadable, read_manifest
from pcf_generator.manifest.validation import manifest_faults

MANIFEST = "/ControlManifest.Input.xml"


def control_of(tree: SourceTree) -> ET.Element:
    """The manifest's control. The files are our own, so plain XML parsing is safe."""
    manifest = next(file for file in tree.files if file.path.endswith(MANIFEST))
    return ET.fromstring(manifest.text).findall("control")[0]


def faults(tree: SourceTree) -> Iterator[str]:
    """What is wrong; nothing when the tree holds together."""
    paths = {file.path for file in tree.files}
    if len(paths) != len(tree.files):
        yield "two files have the same path"
    yield from _package_faults(tree, paths)
    manifests = [file for file in tree.files if file.path.endswith(MANIFEST)]
    if len(manifests) != 1:
        yield f"the project has {len(manifests)} manifests instead of one"
        return
    yield from _manifest_faults(tree, manifests[0])


def _package_faults(tree: SourceTree, paths: set[str]) -> Iterator[str]:
    if "package.json" not in paths:
        yield "package.json is not there"
        return
    try:
        package = json.loads(tree.file("package.json").text)
    except json.JSONDecodeError as error:
        yield f"package.json is not JSON: {error}"
        return
    if not isinstance(package, dict) or not isinstance(package.get("dependencies"), dict):
        yield "package.json lists no dependencies"


def _manifest_faults(tree: SourceTree, manifest: SourceFile) -> Iterator[str]:
    folder = manifest.path.removesuffix(MANIFEST)
    files = {
        file.path.removeprefix(f"{folder}/"): file.text for file in tree.files if file.path.startswith(f"{folder}/")
    }
    try:
        yield from (fault.message for fault in manifest_faults(manifest.text, files))
        control = read_manifest(manifest.text).first("control")
    except ManifestUnreadable as error:
        yield f"{manifest.path} is not well-formed: {error}"
        return
    # Microsoft's build flattens its output, and lints nothing, if the folder has another name.
    if control is not None and control.attributes.get("constructor") != folder:
        yield "the control's folder is not named as its constructor"
