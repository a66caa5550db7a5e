"""The structure of a project: what must be there before anything can be said of its code."""

import json
from collections.abc import Iterator
from xml.etree import ElementTree as ET

from pcf_generator.domain.source import SourceFile, SourceTree

MANIFEST = "/ControlManifest.Input.xml"
_KEY_ATTRIBUTES = ("display-name-key", "description-key")


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
    yield from _manifest_faults(tree, manifests[0], paths)


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


def _manifest_faults(tree: SourceTree, manifest: SourceFile, paths: set[str]) -> Iterator[str]:
    try:
        control = ET.fromstring(manifest.text).find("control")
    except ET.ParseError as error:
        yield f"{manifest.path} is not well-formed: {error}"
        return
    if control is None or not {"namespace", "constructor"} <= control.attrib.keys():
        yield "the manifest has no control with a namespace and a constructor"
        return
    folder = control.attrib["constructor"]
    if manifest.path != folder + MANIFEST:
        yield "the control's folder is not named as its constructor"
    if len(control.findall("resources/code")) != 1:
        yield "the manifest does not name one file of code"
    yield from _resource_faults(tree, control, paths)


def _resource_faults(tree: SourceTree, control: ET.Element, paths: set[str]) -> Iterator[str]:
    folder = control.attrib["constructor"]
    for kind in ("code", "css", "resx"):
        for element in control.findall(f"resources/{kind}"):
            if f"{folder}/{element.attrib['path']}" not in paths:
                yield f"the manifest names {element.attrib['path']}, which is not there"
    wanted = {element.attrib[key] for element in control.iter() for key in _KEY_ATTRIBUTES if key in element.attrib}
    for element in control.findall("resources/resx"):
        path = f"{folder}/{element.attrib['path']}"
        if path in paths:
            yield from _resx_faults(path, tree.file(path).text, wanted)


def _resx_faults(path: str, text: str, wanted: set[str]) -> Iterator[str]:
    try:
        entries = [(data.attrib["name"], data.findtext("value") or "") for data in ET.fromstring(text).iter("data")]
    except ET.ParseError as error:
        yield f"{path} is not well-formed: {error}"
        return
    held = dict(entries)
    if missing := sorted(wanted - held.keys()):
        yield f"{path} lacks {', '.join(missing)}"
    if len(held) != len(entries):
        yield f"{path} has a text twice"
    if empty := sorted(key for key, value in held.items() if not value.strip()):
        yield f"{path} has empty texts: {', '.join(empty)}"
