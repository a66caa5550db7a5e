"""Looks at a whole project: the facts of the code rules, its structure, and its ZIP."""

import io
import json
import zipfile
from collections.abc import Mapping

from pcf_generator.checks import structure, stylesheet, typescript
from pcf_generator.domain.source import SourceTree
from pcf_generator.writers import css


class Inspector:
    """Implements the `SourceInspector` port; `facts` needs a tree without structure faults."""

    def facts(self, tree: SourceTree) -> Mapping[str, object]:
        control = structure.control_of(tree)
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
        return tuple(structure.faults(tree))

    def is_packed(self, content: bytes, tree: SourceTree) -> bool:
        try:
            with zipfile.ZipFile(io.BytesIO(content)) as archive:
                # Reading an entry checks its sum.
                held = [(name, archive.read(name)) for name in archive.namelist()]
        except zipfile.BadZipFile:
            return False
        return sorted(held) == sorted((file.path, file.content) for file in tree.files)
