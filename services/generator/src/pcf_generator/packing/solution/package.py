"""Packs a compiled control into the ZIP that Dataverse imports; its bytes depend on what is packed alone."""

from collections.abc import Iterator

from pcf_generator.domain.solution import Solution
from pcf_generator.packing.archive import pack_entries
from pcf_generator.packing.solution.content_types_xml import content_types_xml
from pcf_generator.packing.solution.control import PackedControl, folder_of
from pcf_generator.packing.solution.customizations_xml import customizations_xml
from pcf_generator.packing.solution.solution_xml import MANAGED, UNMANAGED, solution_xml

SOLUTION = "solution.xml"
CUSTOMIZATIONS = "customizations.xml"
CONTENT_TYPES = "[Content_Types].xml"


def pack_solution(solution: Solution, control: PackedControl, *, managed: bool) -> bytes:
    """Pack it, in the order of Microsoft's packager; WriterError when a text holds what no XML can."""
    return pack_entries(_entries(solution, control, MANAGED if managed else UNMANAGED))


def _entries(solution: Solution, control: PackedControl, managed: int) -> Iterator[tuple[str, bytes]]:
    name = control.full_name(solution.publisher.prefix)
    files = {f"{folder_of(name)}/{path}": control.files[path] for path in sorted(control.files)}
    paths = [CUSTOMIZATIONS, SOLUTION, *files]
    yield CUSTOMIZATIONS, customizations_xml([name]).encode()
    yield SOLUTION, solution_xml(solution, managed=managed, controls=[name]).encode()
    yield from files.items()
    yield CONTENT_TYPES, content_types_xml(paths, controls=[name]).encode()
