"""Writes generated/ManifestTypes.d.ts: what the control gets and gives, as TypeScript sees it.

The text is that of pcf-scripts' refreshTypes, but that names which are no identifiers are quoted and texts of an
Enum escaped, where its file would not parse.
"""

import json
from collections.abc import Iterable, Mapping

from pcf_generator.manifest.reading import Element, read_manifest

_HEADER = """\
/*
*This is auto generated from the ControlManifest.Input.xml file
*/

// Define IInputs and IOutputs Type. They should match with ControlManifest.
"""
_PROPERTY = "Property"
_PROPERTY_TYPES: Mapping[str, str] = {
    "Currency": "NumberProperty",
    "DateAndTime": "DateTimeProperty",
    "Decimal": "DecimalNumberProperty",
    "FP": "FloatingNumberProperty",
    "Lookup": "LookupProperty",
    "MultiSelectOptionSet": "MultiSelectOptionSetProperty",
    "Multiple": "StringProperty",
    "OptionSet": "OptionSetProperty",
    "SingleLine": "StringProperty",
    "TwoOptions": "TwoOptionsProperty",
    "Whole": "WholeNumberProperty",
}
"""Property types by the first part of a data type; File is `any`, every other a plain Property."""
_NUMBERS = frozenset(["NumberProperty", "WholeNumberProperty", "DecimalNumberProperty", "FloatingNumberProperty"])
_OUTPUT_TYPES: Mapping[str, str] = {
    "DateTimeProperty": "Date",
    "EnumProperty": "string",
    "LookupProperty": "ComponentFramework.LookupValue[]",
    "MultiSelectOptionSetProperty": "number[]",
    "OptionSetProperty": "number",
    "StringProperty": "string",
    "TwoOptionsProperty": "boolean",
    **dict.fromkeys(_NUMBERS, "number"),
}


def manifest_types(text: str) -> str:
    """The whole file for a manifest that Microsoft's validator takes; ManifestUnreadable."""
    control = read_manifest(text).first("control")
    children = control.children if control else ()
    groups = {group.attributes["name"]: _common_type(group) for group in children if group.name == "type-group"}
    types = {
        prop.attributes["name"]: (prop.attributes["usage"], _type(prop, groups))
        for prop in children
        if prop.name == "property"
    }
    inputs = [f"{_name(name)}: {_input(kind)};" for name, (usage, kind) in types.items() if usage != "output"]
    inputs += [f"{_name(e.attributes['name'])}: {_input('DataSet')};" for e in children if e.name == "data-set"]
    outputs = [f"{_name(name)}?: {_output(kind)};" for name, (usage, kind) in types.items() if usage != "input"]
    return _HEADER + _interface("IInputs", inputs) + _interface("IOutputs", outputs)


def _interface(name: str, members: Iterable[str]) -> str:
    lines = "".join(f"    {member}\n" for member in members)
    return f"export interface {name} {{\n{lines}}}\n"


def _type(prop: Element, groups: Mapping[str, str]) -> str:
    if group := prop.attributes.get("of-type-group"):
        return groups[group]
    kind = prop.attributes.get("of-type", "")
    if kind != "Enum":
        return _property_type(kind)
    texts = " | ".join(json.dumps(value.text, ensure_ascii=False) for value in prop.all("value"))
    return f"EnumProperty<{texts or 'any'}>"


def _property_type(kind: str) -> str:
    prefix = kind.split(".", maxsplit=1)[0]
    return "any" if prefix == "File" else _PROPERTY_TYPES.get(prefix, _PROPERTY)


def _common_type(group: Element) -> str:
    kinds = {_property_type(kind.text) for kind in group.all("type")}
    if len(kinds) == 1:
        return kinds.pop()
    return "NumberProperty" if kinds <= _NUMBERS else _PROPERTY


def _input(kind: str) -> str:
    return kind if kind == "any" else f"ComponentFramework.PropertyTypes.{kind}"


def _output(kind: str) -> str:
    return _OUTPUT_TYPES.get(kind.split("<", maxsplit=1)[0], "any")


def _name(name: str) -> str:
    is_plain = name.replace("$", "_").isidentifier()
    return name if is_plain else json.dumps(name, ensure_ascii=False)
