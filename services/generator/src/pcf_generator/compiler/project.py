"""What a source tree says about the one control in it, as far as a compiler must know."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from posixpath import dirname, join, normpath

from pcf_generator.compiler.platform_libraries import globals_of
from pcf_generator.domain.source import SourceTree
from pcf_generator.manifest.reading import Element, ManifestUnreadable, read_manifest
from pcf_generator.ports.compiler import CompileFault

__all__ = ["MANIFEST", "Project", "read_project"]

MANIFEST = "ControlManifest.Input.xml"
_NAMESPACE = re.compile(r"[A-Za-z][A-Za-z0-9]*(\.[A-Za-z][A-Za-z0-9]*)*")
_CONSTRUCTOR = re.compile(r"[A-Za-z][A-Za-z0-9]*")


@dataclass(frozen=True, slots=True)
class Project:
    """A control's code; every path is relative to the tree's root."""

    folder: str
    entry: str
    namespace: str
    constructor: str
    is_virtual: bool
    globals: Mapping[str, str]
    """By module, the global variable that the platform keeps its libraries in."""
    manifest: str
    """The manifest's text."""


def read_project(tree: SourceTree) -> Project:
    """Read the manifest; CompileFault when there is not exactly one, or one that cannot be compiled for."""
    manifests = [file for file in tree.files if file.path.split("/")[-1] == MANIFEST]
    if len(manifests) != 1:
        raise CompileFault(f"error: one {MANIFEST} is wanted, there are {len(manifests)}")
    path, text = manifests[0].path, manifests[0].text
    control = _control(path, text)
    resources = control.first("resources")
    code = resources.first("code") if resources else None
    entry = normpath(join(dirname(path), code.attributes.get("path", "") if code else ""))
    if not any(file.path == entry for file in tree.files):
        raise CompileFault(f"{path}: error: the code it names is not there")
    libraries = [element.attributes for element in (resources.all("platform-library") if resources else ())]
    return Project(
        folder=dirname(path),
        entry=entry,
        namespace=_named(control, "namespace", _NAMESPACE, path),
        constructor=_named(control, "constructor", _CONSTRUCTOR, path),
        is_virtual=control.attributes.get("control-type") == "virtual",
        globals=globals_of({of.get("name", "").lower(): of.get("version", "") for of in libraries}, path),
        manifest=text,
    )


def _control(path: str, text: str) -> Element:
    try:
        control = read_manifest(text).first("control")
    except ManifestUnreadable as error:
        raise CompileFault(f"{path}: error: {error}") from None
    if control is None:
        raise CompileFault(f"{path}: error: it holds no control")
    return control


def _named(control: Element, attribute: str, pattern: re.Pattern[str], path: str) -> str:
    """The names are written into the bundle, so they must be nothing but names."""
    name = control.attributes.get(attribute, "")
    if not pattern.fullmatch(name):
        raise CompileFault(f"{path}: error: the {attribute} is not a name")
    return name
