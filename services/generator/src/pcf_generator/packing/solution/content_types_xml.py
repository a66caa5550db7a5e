"""[Content_Types].xml: what each kind of file in the ZIP is, as the Open Packaging Conventions (ECMA-376-2) want it."""

from collections.abc import Iterable, Sequence
from pathlib import PurePosixPath

from pcf_generator.packing.solution.control import part_name
from pcf_generator.packing.solution.markup import Element, document, element

NAMESPACE = "http://schemas.openxmlformats.org/package/2006/content-types"
_BYTES = "application/octet-stream"


def content_types_xml(paths: Iterable[str], *, controls: Sequence[str]) -> str:
    """The document for the files at these paths, and the controls with these full names."""
    extensions = sorted({extension_of(path) for path in paths} - {""})
    defaults = (
        element("Default", Extension=extension, ContentType="text/xml" if extension == "xml" else _BYTES)
        for extension in extensions
    )
    overrides = (element("Override", PartName=part_name(control), ContentType=_BYTES) for control in controls)
    return document(Element("Types", (*defaults, *overrides), {"xmlns": NAMESPACE}))


def extension_of(path: str) -> str:
    """What follows the last dot, in lower case: extensions are compared so. Empty when there is none."""
    return PurePosixPath(path).suffix.removeprefix(".").lower()
