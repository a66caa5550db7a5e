"""Whether the control's folder holds what its manifest names and no more, and whether each file has a content type."""

from collections.abc import Iterable, Iterator
from xml.etree import ElementTree as ET

from pcf_generator.packing.solution.content_types_xml import NAMESPACE, extension_of
from pcf_generator.packing.solution.control import MANIFEST

_CODE, _BUNDLE = "code", "bundle.js"


def resource_faults(manifest: ET.Element, paths: Iterable[str]) -> Iterator[str]:
    """What the manifest names and is not among the paths inside the control's folder, and the other way round."""
    named = [resource.get("path", "") for resource in manifest.iterfind("control/resources/*[@path]")]
    named += [control.get("preview-image", "") for control in manifest.iterfind("control[@preview-image]")]
    present = set(paths) - {MANIFEST}
    code = [resource.get("path") for resource in manifest.iterfind(f"control/resources/{_CODE}")]
    if code != [_BUNDLE]:
        yield f"the manifest's code is not {_BUNDLE}"
    for path in sorted(set(named) - present):
        yield f"the manifest names {path}, which is not in the control's folder"
    for path in sorted(present - set(named)):
        yield f"{path} is in the control's folder, but the manifest does not name it"


def content_type_faults(content_types: ET.Element, names: Iterable[str]) -> Iterator[str]:
    """Which kinds of file have no content type, or have one and are not there."""
    listed = {default.get("Extension", "") for default in content_types.iterfind(f"{{{NAMESPACE}}}Default")}
    present = {extension_of(name) for name in names}
    for extension in sorted(present - listed):
        yield f"[Content_Types].xml has no type for files named .{extension}"
    for extension in sorted(listed - present):
        yield f"[Content_Types].xml has a type for .{extension}, which no file has"
