"""The check before a solution leaves: everything that can be known without importing it."""

from collections.abc import Iterator, Mapping
from xml.etree import ElementTree as ET

from pcf_generator.domain.solution import Solution, solution_faults
from pcf_generator.packing.solution.control import MANIFEST, folder_of
from pcf_generator.packing.solution.entries import (
    ArchiveUnreadable,
    control_folders,
    entry_faults,
    layout_faults,
    read_entries,
)
from pcf_generator.packing.solution.names import Documents, asked_faults, name_faults
from pcf_generator.packing.solution.package import CONTENT_TYPES, CUSTOMIZATIONS, SOLUTION
from pcf_generator.packing.solution.resources import content_type_faults, resource_faults
from pcf_generator.packing.solution.schema import markup_faults, schema_faults

_SCHEMAS = {SOLUTION: "solution", CUSTOMIZATIONS: "customizations", CONTENT_TYPES: "content-types"}


def packed_faults(content: bytes, solution: Solution, *, managed: bool) -> tuple[str, ...]:
    """What is wrong with the ZIP as this solution; nothing when it may leave."""
    try:
        entries = read_entries(content)
    except ArchiveUnreadable as error:
        return (str(error),)
    files = dict(entries)
    faults = [*solution_faults(solution), *entry_faults(entries, content), *layout_faults(files), *_xml_faults(files)]
    return tuple(faults or _content_faults(files, solution, managed=managed))


def _xml_faults(files: Mapping[str, bytes]) -> Iterator[str]:
    manifests = [f"{folder_of(control)}/{MANIFEST}" for control in control_folders(files)]
    for name in [name for name in (*_SCHEMAS, *manifests) if name in files]:
        faults = list(markup_faults(files[name]))
        if not faults and name in _SCHEMAS:
            faults += schema_faults(files[name], _SCHEMAS[name])
        yield from (f"{name}: {fault}" for fault in faults)


def _content_faults(files: Mapping[str, bytes], solution: Solution, *, managed: bool) -> Iterator[str]:
    """What only shows when all documents are there and can be read."""
    [control] = control_folders(files)
    folder = f"{folder_of(control)}/"
    documents = Documents(
        solution=ET.fromstring(files[SOLUTION]),
        customizations=ET.fromstring(files[CUSTOMIZATIONS]),
        content_types=ET.fromstring(files[CONTENT_TYPES]),
        manifest=ET.fromstring(files[f"{folder}{MANIFEST}"]),
        folder=control,
    )
    yield from asked_faults(documents, solution, managed=managed)
    yield from name_faults(documents, solution)
    inside = [name.removeprefix(folder) for name in files if name.startswith(folder)]
    yield from resource_faults(documents.manifest, inside)
    yield from content_type_faults(documents.content_types, set(files) - {CONTENT_TYPES})
