"""customizations.xml: the components themselves, here code components; their files lie beside it.

The order is that of the sequence in Microsoft's published schema of this file;
https://learn.microsoft.com/power-apps/developer/data-platform/customization-solutions-file-schema
"""

from collections.abc import Sequence

from pcf_generator.packing.solution.control import part_name
from pcf_generator.packing.solution.markup import Element, document, element, text
from pcf_generator.packing.solution.solution_xml import LANGUAGE, XSI

_EMPTY_BEFORE = (
    "Entities",
    "Roles",
    "Workflows",
    "FieldSecurityProfiles",
    "Templates",
    "EntityMaps",
    "EntityRelationships",
    "OrganizationSettings",
    "optionsets",
)
_EMPTY_AFTER = ("SolutionPluginAssemblies", "EntityDataProviders")


def customizations_xml(controls: Sequence[str]) -> str:
    """The document for the controls with these full names."""
    children = (
        *map(element, _EMPTY_BEFORE),
        element("CustomControls", *map(_custom_control, controls)),
        *map(element, _EMPTY_AFTER),
        element("Languages", text("Language", LANGUAGE)),
    )
    return document(Element("ImportExportXml", children, {"xmlns:xsi": XSI}))


def _custom_control(name: str) -> Element:
    return element("CustomControl", text("Name", name), text("FileName", part_name(name)))
