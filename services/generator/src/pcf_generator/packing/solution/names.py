"""Whether every document says what was asked, and calls the control the same."""

from collections.abc import Iterator
from dataclasses import dataclass
from xml.etree import ElementTree as ET

from pcf_generator.domain.solution import MAX_CONTROL_NAME, Solution
from pcf_generator.packing.solution.content_types_xml import NAMESPACE
from pcf_generator.packing.solution.control import folder_of, full_name, part_name
from pcf_generator.packing.solution.solution_xml import MANAGED, UNMANAGED

_PUBLISHER = "SolutionManifest/Publisher"


@dataclass(frozen=True, slots=True)
class Documents:
    """The documents of a solution with one control, parsed; `folder` is the name of the control's folder."""

    solution: ET.Element
    customizations: ET.Element
    content_types: ET.Element
    manifest: ET.Element
    folder: str


def asked_faults(documents: Documents, solution: Solution, *, managed: bool) -> Iterator[str]:
    """Where solution.xml does not say what was asked."""
    publisher = solution.publisher
    texts = {
        "SolutionManifest/UniqueName": solution.unique_name,
        "SolutionManifest/Version": solution.version,
        "SolutionManifest/Managed": str(MANAGED if managed else UNMANAGED),
        f"{_PUBLISHER}/UniqueName": publisher.unique_name,
        f"{_PUBLISHER}/CustomizationPrefix": publisher.prefix,
        f"{_PUBLISHER}/CustomizationOptionValuePrefix": str(publisher.option_value_prefix),
    }
    for path, expected in texts.items():
        if [found.text for found in documents.solution.findall(path)] != [expected]:
            yield f"solution.xml: {path} is not {expected}"
    labels = {
        "SolutionManifest/LocalizedNames/LocalizedName": solution.display_name,
        f"{_PUBLISHER}/LocalizedNames/LocalizedName": publisher.display_name,
        f"{_PUBLISHER}/Descriptions/Description": publisher.display_name,
    }
    for path, expected in labels.items():
        if [found.get("description") for found in documents.solution.findall(path)] != [expected]:
            yield f"solution.xml: {path} is not the display name that was asked"


def name_faults(documents: Documents, solution: Solution) -> Iterator[str]:
    """Where the control is called otherwise than its manifest and the publisher's prefix call it."""
    control = documents.manifest.find("control")
    if documents.manifest.tag != "manifest" or control is None:
        yield "ControlManifest.xml has no control"
        return
    name = full_name(solution.publisher.prefix, control.get("namespace", ""), control.get("constructor", ""))
    if len(name) > MAX_CONTROL_NAME:
        yield f"the control's name is longer than {MAX_CONTROL_NAME} characters"
    places = {
        "its folder": [documents.folder],
        "RootComponent in solution.xml": _attributes(
            documents.solution, "SolutionManifest/RootComponents/*", "schemaName"
        ),
        "Name in customizations.xml": _texts(documents.customizations, "CustomControls/*/Name"),
    }
    for place, found in places.items():
        if found != [name]:
            yield f"the control is {name}, not so by {place}"
    parts = {
        "FileName in customizations.xml": _texts(documents.customizations, "CustomControls/*/FileName"),
        "Override in [Content_Types].xml": _attributes(documents.content_types, f"{{{NAMESPACE}}}Override", "PartName"),
    }
    for place, found in parts.items():
        if found != [part_name(name)]:
            yield f"the manifest lies in {folder_of(name)}, not so by {place}"


def _texts(root: ET.Element, path: str) -> list[str | None]:
    return [found.text for found in root.findall(path)]


def _attributes(root: ET.Element, path: str, name: str) -> list[str | None]:
    return [found.get(name) for found in root.findall(path)]
