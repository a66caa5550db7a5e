"""A control that is compiled and ready to lie in a solution."""

from collections.abc import Mapping
from dataclasses import dataclass

MANIFEST = "ControlManifest.xml"


@dataclass(frozen=True, slots=True)
class PackedControl:
    """`files` maps a path inside the control's folder, as the manifest names it, to its content."""

    namespace: str
    constructor: str
    files: Mapping[str, bytes]

    def full_name(self, prefix: str) -> str:
        """The name Dataverse knows it by, which is also its folder's: `acme_Acme.Controls.StarRating`."""
        return full_name(prefix, self.namespace, self.constructor)


def full_name(prefix: str, namespace: str, constructor: str) -> str:
    """The name of a control that the publisher with this prefix publishes."""
    return f"{prefix}_{namespace}.{constructor}"


def folder_of(name: str) -> str:
    """Where the files of the control with this full name lie in the ZIP."""
    return f"Controls/{name}"


def part_name(name: str) -> str:
    """How customizations.xml and [Content_Types].xml name its manifest."""
    return f"/{folder_of(name)}/{MANIFEST}"
