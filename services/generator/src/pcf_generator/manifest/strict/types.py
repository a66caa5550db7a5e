"""Types of properties: one each, of a kind the platform supports, with a default that fits."""

import re
from collections.abc import Iterator, Mapping

from pcf_generator.manifest.conformance import label
from pcf_generator.manifest.fault import ManifestFault
from pcf_generator.manifest.reading import Element

_UNSUPPORTED = frozenset(
    ["File", "Form.Main", "Lookup.Customer", "Lookup.Owner", "Lookup.PartyList", "Lookup.Regarding"]
)
_WHOLE = re.compile("[-+]?[0-9]{1,10}")
_NUMBER = re.compile(r"[-+]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][-+]?[0-9]+)?")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(T[0-9:.]+(Z|[-+][0-9]{2}:[0-9]{2})?)?")
_DEFAULTS: Mapping[str, re.Pattern[str]] = {
    "Currency": _NUMBER,
    "DateAndTime.DateAndTime": _DATE,
    "DateAndTime.DateOnly": _DATE,
    "Decimal": _NUMBER,
    "FP": _NUMBER,
    "MultiSelectOptionSet": re.compile(r"-?[0-9]+(\s*,\s*-?[0-9]+)*"),
    "OptionSet": _WHOLE,
    "TwoOptions": re.compile("true|false"),
    "Whole.None": _WHOLE,
}
"""What a default of a type may look like; a text may be anything."""
_WITHOUT_DEFAULT = re.compile(r"Lookup\..*|Object")


def type_faults(control: Element) -> Iterator[ManifestFault]:
    """Properties without one supported type, and defaults that do not fit."""
    groups = {
        group.attributes["name"]: [kind.text for kind in group.all("type")] for group in control.all("type-group")
    }
    for element in control.walk():
        if element.name in ("property", "property-set"):
            kinds = _types(element, groups)
            yield from _kind_faults(element, kinds)
            yield from _default_faults(element, kinds)


def _types(prop: Element, groups: Mapping[str, list[str]]) -> list[str]:
    if group := prop.attributes.get("of-type-group"):
        return groups[group]
    return [kind] if (kind := prop.attributes.get("of-type")) else []


def _kind_faults(prop: Element, kinds: list[str]) -> Iterator[ManifestFault]:
    if len({"of-type", "of-type-group"} & {name for name, value in prop.attributes.items() if value}) != 1:
        yield ManifestFault("one-type", f"{label(prop)} needs one of of-type and of-type-group")
    for kind in kinds:
        if kind in _UNSUPPORTED or (kind == "Object" and prop.attributes["usage"] != "output"):
            yield ManifestFault(
                "unsupported-type", f"{label(prop)}: {kind} works nowhere as {prop.attributes['usage']}"
            )
    if "Enum" in kinds:
        yield from _enum_faults(prop)
    elif prop.first("value"):
        yield ManifestFault("enum", f"{label(prop)} has values, but is no Enum")


def _enum_faults(prop: Element) -> Iterator[ManifestFault]:
    if prop.attributes.get("of-type-group"):
        yield ManifestFault("enum", f"{label(prop)}: a type-group cannot hold Enum")
    if prop.attributes["usage"] != "input":
        yield ManifestFault("enum", f"{label(prop)}: an Enum is an input, not {prop.attributes['usage']}")
    if not prop.first("value"):
        yield ManifestFault("enum", f"{label(prop)} has no values to choose from")
    for value in prop.all("value"):
        if not re.fullmatch(r"""[^"\\\x00-\x1f\x7f\u2028\u2029]+""", value.text) or value.text.strip() != value.text:
            yield ManifestFault("enum-text", f"{label(prop)}: {value.text!r} cannot stand in a type")
        if not value.attributes["name"].strip():
            yield ManifestFault("enum", f"{label(prop)} has a value without a name")


def _default_faults(prop: Element, kinds: list[str]) -> Iterator[ManifestFault]:
    default = prop.attributes.get("default-value")
    if default is None:
        return
    if prop.attributes["usage"] != "input":
        yield ManifestFault(
            "default-usage", f"{label(prop)} is {prop.attributes['usage']}: only an input has a default"
        )
    if kinds and not any(_fits(default, kind, prop) for kind in kinds):
        yield ManifestFault("default-value", f"{label(prop)}: {default!r} is no {' or '.join(kinds)}")


def _fits(default: str, kind: str, prop: Element) -> bool:
    if kind == "Enum":
        return default in {value.text for value in prop.all("value")}
    if _WITHOUT_DEFAULT.fullmatch(kind):
        return False
    return kind not in _DEFAULTS or bool(_DEFAULTS[kind].fullmatch(default))
