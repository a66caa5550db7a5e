"""solution.xml: which solution this is, who publishes it, and the components at its root.

Elements and their order are those of solutions that Microsoft's packager makes and live environments export.
"""

from collections.abc import Mapping, Sequence

from pcf_generator.domain.solution import Publisher, Solution
from pcf_generator.packing.solution.markup import Element, document, element, text

XSI = "http://www.w3.org/2001/XMLSchema-instance"
LANGUAGE = 1033
UNMANAGED, MANAGED, BOTH = 0, 1, 2
"""`<Managed>`; both is for the source form alone."""

CUSTOM_CONTROL = 66
"""The component type of code components."""

# What the packager of release 9.1 writes; every environment of today reads it.
_PACKAGE: Mapping[str, str | int] = {
    "version": "9.1.0.643",
    "SolutionPackageVersion": "9.1",
    "languagecode": LANGUAGE,
    "generatedBy": "CrmLive",
    "xmlns:xsi": XSI,
}
_UNSET_BEFORE_SHIPPING = (
    "City",
    "County",
    "Country",
    "Fax",
    "FreightTermsCode",
    "ImportSequenceNumber",
    "Latitude",
    "Line1",
    "Line2",
    "Line3",
    "Longitude",
    "Name",
    "PostalCode",
    "PostOfficeBox",
    "PrimaryContactName",
)
_UNSET_AFTER_SHIPPING = (
    "StateOrProvince",
    "Telephone1",
    "Telephone2",
    "Telephone3",
    "TimeZoneRuleVersionNumber",
    "UPSZone",
    "UTCOffset",
    "UTCConversionTimeZoneCode",
)


def solution_xml(solution: Solution, *, managed: int, controls: Sequence[str]) -> str:
    """The document for the controls with these full names."""
    roots = (element("RootComponent", type=CUSTOM_CONTROL, schemaName=control, behavior=0) for control in controls)
    manifest = element(
        "SolutionManifest",
        text("UniqueName", solution.unique_name),
        _localized_names(solution.display_name),
        element("Descriptions"),
        text("Version", solution.version),
        text("Managed", managed),
        _publisher(solution.publisher),
        element("RootComponents", *roots),
        element("MissingDependencies"),
    )
    return document(Element("ImportExportXml", (manifest,), _PACKAGE))


def _publisher(publisher: Publisher) -> Element:
    return element(
        "Publisher",
        text("UniqueName", publisher.unique_name),
        _localized_names(publisher.display_name),
        element("Descriptions", element("Description", description=publisher.display_name, languagecode=LANGUAGE)),
        _unset("EMailAddress"),
        _unset("SupportingWebsiteUrl"),
        text("CustomizationPrefix", publisher.prefix),
        text("CustomizationOptionValuePrefix", publisher.option_value_prefix),
        element("Addresses", _address(1), _address(2)),
    )


def _localized_names(display_name: str) -> Element:
    return element("LocalizedNames", element("LocalizedName", description=display_name, languagecode=LANGUAGE))


def _address(number: int) -> Element:
    return element(
        "Address",
        text("AddressNumber", number),
        text("AddressTypeCode", 1),
        *map(_unset, _UNSET_BEFORE_SHIPPING),
        text("ShippingMethodCode", 1),
        *map(_unset, _UNSET_AFTER_SHIPPING),
    )


def _unset(name: str) -> Element:
    return Element(name, "", {"xsi:nil": "true"})
