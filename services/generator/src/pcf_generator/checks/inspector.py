"""Looks at a whole project: the facts of the code rules, its structure, and its ZIP."""

import io
import json
import zipfile
from collections.abc import Iterator, Mapping
from xml.etree import ElementTree as ET

from pcf_generator.checks import stylesheet, typescript
from pcf_generator.domain.source import SourceFile, SourceTree
from pcf_generator.writers import css

_KEY_ATTRIBUTES = ("display-name-key", "description-key")


class Inspector:
    """Implements the `SourceInspector` port. The files are our own, so plain XML parsing is safe."""

    def facts(self, tree: SourceTree) -> Mapping[str, object]:
        control = _manifest(tree)[1]
        scope = css.scope(control.attrib["namespace"], control.attrib["constructor"])
        folder = control.attrib["constructor"]
        styles = "\n".join(file.text for file in tree.files if file.path.endswith(".css"))
        properties = control.findall("property")
        return {
            "code": typescript.facts(tree.file(f"{folder}/index.ts").text),
            "css": stylesheet.facts(styles, scope=scope),
            "manifest": {
                "constructor": folder,
                "bound": [p.attrib["name"] for p in properties if p.attrib["usage"] == "bound"],
                "outputs": [p.attrib["name"] for p in properties if p.attrib["usage"] == "output"],
                "propertyCount": len(properties),
                "code": control.findall("resources/code")[0].attrib["path"],
                "css": [element.attrib["path"] for element in control.findall("resources/css")],
                "resx": [element.attrib["path"] for element in control.findall("resources/resx")],
            },
            "project": {
                "dependencies": sorted(json.loads(tree.file("package.json").text)["dependencies"]),
                "sourceBytes": sum(len(file.content) for file in tree.files if file.path.startswith(f"{folder}/")),
            },
        }

    def structure_faults(self, tree: SourceTree) -> tuple[str, ...]:
        return tuple(_structure_faults(tree))

    def is_packed(self, content: bytes, tree: SourceTree) -> bool:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if archive.testzip() is not None:
                return False
            held = {name: archive.read(name) for name in archive.namelist()}
        return held == {file.path: file.content for file in tree.files}


def _manifest(tree: SourceTree) -> tuple[SourceFile, ET.Element]:
    file = next(file for file in tree.files if file.path.endswith("/ControlManifest.Input.xml"))
    control = ET.fromstring(file.text).find("control")
    if control is None:
        raise ValueError("the manifest has no control")
    return file, control


def _structure_faults(tree: SourceTree) -> Iterator[str]:
    file, control = _manifest(tree)
    folder = control.attrib["constructor"]
    paths = {f.path for f in tree.files}
    if file.path != f"{folder}/ControlManifest.Input.xml":
        yield "the control's folder is not named as its constructor"
    for kind in ("code", "css", "resx"):
        for element in control.findall(f"resources/{kind}"):
            if f"{folder}/{element.attrib['path']}" not in paths:
                yield f"the manifest names {element.attrib['path']}, which is not there"
    wanted = set(_keys(control))
    for element in control.findall("resources/resx"):
        path = f"{folder}/{element.attrib['path']}"
        if path in paths:
            yield from _resx_faults(path, tree.file(path).text, wanted)


def _keys(control: ET.Element) -> Iterator[str]:
    for element in control.iter():
        for attribute in _KEY_ATTRIBUTES:
            if attribute in element.attrib:
                yield element.attrib[attribute]


def _resx_faults(path: str, text: str, wanted: set[str]) -> Iterator[str]:
    try:
        held = {data.attrib["name"]: data.findtext("value") or "" for data in ET.fromstring(text).iter("data")}
    except ET.ParseError as error:
        yield f"{path} is not well-formed: {error}"
        return
    if missing := sorted(wanted - held.keys()):
        yield f"{path} lacks {', '.join(missing)}"
    if empty := sorted(key for key, value in held.items() if not value.strip()):
        yield f"{path} has empty texts: {', '.join(empty)}"
