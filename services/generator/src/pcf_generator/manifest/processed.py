"""Writes ControlManifest.xml, the manifest as it is packed: what pcf-scripts' build makes of the one it reads.

Byte for byte, but for the line that says which tool built it.
"""

import posixpath

from pcf_generator.manifest.markup import Node, document
from pcf_generator.manifest.reading import Element, read_manifest

BUNDLE = "bundle.js"
_UNTOUCHED = frozenset(["platform-library", "dependency"])
_SHARED_TEMPLATE = {"name": "sharedTemplate", "value": "false"}


def processed_manifest(text: str, *, api_version: str) -> str:
    """ControlManifest.xml for a manifest that Microsoft's validator takes; ManifestUnreadable.

    `api_version` is the version of the typings the control was compiled against.
    """
    control = next(read_manifest(text).all("control"))
    node = _node(control)
    node.attributes["api-version"] = api_version
    node.children.setdefault("feature-usage", [Node()])
    if any(prop.attributes.get("of-type") == "Object" for prop in control.all("property")):
        _subscribe(node)
    _move_files(node)
    return document("manifest", Node(children={"control": [node]}))


def _node(element: Element) -> Node:
    is_bare = not element.children and not element.attributes
    node = Node(element.text if element.has_text or is_bare else "", dict(element.attributes))
    for child in element.children:
        node.children.setdefault(child.name, []).append(_node(child))
    return node


def _subscribe(control: Node) -> None:
    """A control with an Object shares no templates, unless it says otherwise."""
    parent = control.children.setdefault("subscribed-functionalities", [Node()])[0]
    entries = parent.children.setdefault("subscribed-functionality", [])
    if all(entry.attributes["name"] != _SHARED_TEMPLATE["name"] for entry in entries):
        entries.append(Node(attributes=dict(_SHARED_TEMPLATE)))


def _move_files(control: Node) -> None:
    """Paths as they are in the package; each file has a name of its own."""
    packed = _Packed(control.attributes["constructor"])
    if preview := control.attributes.get("preview-image"):
        control.attributes["preview-image"] = packed.path(preview)
    for kind, resources in control.children["resources"][0].children.items():
        if kind == "code":
            resources[0].attributes["path"] = BUNDLE
        elif kind not in _UNTOUCHED:
            for resource in resources:
                folder = resource.attributes.pop("outputDirectory", "")
                resource.attributes["path"] = packed.path(resource.attributes["path"], folder)


class _Packed:
    """Where files of a control's folder go; those outside it go beside the bundle."""

    def __init__(self, folder: str) -> None:
        self._folder = f"/project/{folder}"
        self._taken = {BUNDLE: 1}

    def path(self, source: str, output_folder: str = "") -> str:
        inside = posixpath.relpath(posixpath.normpath(f"{self._folder}/{source}"), self._folder)
        path = posixpath.basename(source) if inside.startswith("..") or inside == "." else inside
        if output_folder:
            path = posixpath.normpath(f"{output_folder}/{posixpath.basename(path)}")
        return self._free(path.replace("\\", "/"))

    def _free(self, path: str) -> str:
        """The path, or, when it is taken, one with a number before its ending."""
        count = self._taken.get(path, 0)
        self._taken[path] = count + 1
        stem, ending = posixpath.splitext(path)
        return f"{stem}{count}{ending}" if count else path
