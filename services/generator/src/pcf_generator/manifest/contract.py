"""What elements, attributes and values a manifest may have: a table, read by `conformance`.

It says what Microsoft's validator of pcf-scripts 1.51.1 takes; what we ask beyond that is in `strict`.
"""

import re
from collections.abc import Mapping

from pcf_generator.manifest.shape import Attribute, Occurs, Shape, Text

TYPES = frozenset(
    [
        "Currency",
        "DateAndTime.DateAndTime",
        "DateAndTime.DateOnly",
        "Decimal",
        "Enum",
        "File",
        "Form.Main",
        "FP",
        "Lookup.Customer",
        "Lookup.Owner",
        "Lookup.PartyList",
        "Lookup.Regarding",
        "Lookup.Simple",
        "Multiple",
        "MultiSelectOptionSet",
        "Object",
        "OptionSet",
        "SingleLine.Email",
        "SingleLine.Phone",
        "SingleLine.Text",
        "SingleLine.TextArea",
        "SingleLine.Ticker",
        "SingleLine.URL",
        "TwoOptions",
        "Whole.None",
    ]
)
"""The data types a property may have."""

_DIGITS = "[0-9]+"
_ANY_TEXT = Attribute()
_NEEDED = Attribute(required=True)
_BOOLEAN = Attribute(values=frozenset(["true", "false"]))
_NEEDED_BOOLEAN = Attribute(required=True, values=_BOOLEAN.values)
_VERSION = Attribute(required=True, pattern=re.compile(rf"[\^=>]*{_DIGITS}(\.{_DIGITS})*"))
_ORDER = Attribute(pattern=re.compile("[1-9][0-9]*"))
_NOT_EMPTY = re.compile("(?s).+")
_PATH = Attribute(required=True, pattern=_NOT_EMPTY)
_FOLDER = Attribute(pattern=_NOT_EMPTY)
_TYPE = Attribute(values=TYPES)
_USAGE = Attribute(required=True, values=frozenset(["bound", "input", "output"]))
_KEYS = {"display-name-key": _NEEDED, "description-key": _ANY_TEXT}
_OPTIONAL_KEYS = {"display-name-key": _ANY_TEXT, "description-key": _ANY_TEXT}
_TYPED = {"name": _NEEDED, "usage": _USAGE, "required": _BOOLEAN, "of-type": _TYPE, "of-type-group": _ANY_TEXT, **_KEYS}
_NAMESPACE = re.compile(r"[a-zA-Z][a-zA-Z0-9]*(\.[a-zA-Z][a-zA-Z0-9]*)*")
_CODE = re.compile(r"[^\n\r\u2028\u2029]+\.ts")

_ANY, _ONCE, _AT_MOST_ONCE, _SOME = Occurs(), Occurs(1, 1), Occurs(0, 1), Occurs(1)

SHAPES: Mapping[str, Shape] = {
    "manifest": Shape(children={"control": _ONCE}),
    "control": Shape(
        attributes={
            "namespace": Attribute(required=True, pattern=_NAMESPACE),
            "constructor": Attribute(required=True, pattern=re.compile("[a-zA-Z][a-zA-Z0-9]*")),
            "version": _VERSION,
            **_KEYS,
            "control-type": Attribute(values=frozenset(["standard", "virtual", "none", "react"])),
            "preview-image": _ANY_TEXT,
            "api-version": _ANY_TEXT,
            "design-mapping-file": _ANY_TEXT,
            "authoring-manifest": _ANY_TEXT,
            "hidden": _BOOLEAN,
        },
        children={
            "external-service-usage": _AT_MOST_ONCE,
            "type-group": _ANY,
            "property": _ANY,
            "common-property": _ANY,
            "property-dependencies": _AT_MOST_ONCE,
            "data-set": _ANY,
            "resources": _ONCE,
            "feature-usage": _AT_MOST_ONCE,
            "event": _ANY,
            "common-event": _ANY,
            "subscribed-functionalities": _AT_MOST_ONCE,
            "supported-platforms": _AT_MOST_ONCE,
            "platform-action": _ANY,
        },
    ),
    "external-service-usage": Shape(attributes={"enabled": _NEEDED_BOOLEAN}, children={"domain": _ANY}),
    "domain": Shape(text=Text.ONLY),
    "type-group": Shape(attributes={"name": _NEEDED}, children={"type": _SOME}),
    "type": Shape(text=Text.ONLY, values=TYPES),
    "property": Shape(
        attributes={
            **_TYPED,
            "default-value": _ANY_TEXT,
            "pfx-default-value": _ANY_TEXT,
            "resettable": _BOOLEAN,
            "hidden": _BOOLEAN,
        },
        children={"value": _ANY},
    ),
    "value": Shape(attributes={"name": _NEEDED, **_KEYS, "default": _ANY_TEXT}, text=Text.NEEDED),
    "common-property": Shape(
        attributes={
            "name": _NEEDED,
            "default-value": _NEEDED,
            "null-default": _ANY_TEXT,
            "pfx-default-value": _ANY_TEXT,
            "phone-default-value": _ANY_TEXT,
            "web-default-value": _ANY_TEXT,
        },
        children={"value": _ANY},
    ),
    "property-dependencies": Shape(children={"property-dependency": _SOME}),
    "property-dependency": Shape(
        attributes={
            "input": _NEEDED,
            "output": _NEEDED,
            "required-for": Attribute(required=True, values=frozenset(["schema"])),
        }
    ),
    "data-set": Shape(
        attributes={
            "name": _NEEDED,
            **_KEYS,
            "cds-data-set-options": _ANY_TEXT,
            "allow-default-selected-items": _BOOLEAN,
            "pfx-default-value": _ANY_TEXT,
        },
        children={"property-set": _ANY},
    ),
    "property-set": Shape(attributes=_TYPED),
    "resources": Shape(
        children={
            "code": _ONCE,
            "css": _ANY,
            "resx": _ANY,
            "img": _ANY,
            "html": _ANY,
            "platform-library": _ANY,
            "dependency": _ANY,
        }
    ),
    "code": Shape(
        attributes={
            "path": Attribute(required=True, pattern=_CODE),
            "order": Attribute(required=True, pattern=_ORDER.pattern),
        }
    ),
    "css": Shape(attributes={"path": _PATH, "order": _ORDER, "outputDirectory": _FOLDER}),
    "resx": Shape(attributes={"path": _PATH, "version": _VERSION, "outputDirectory": _FOLDER}),
    "img": Shape(attributes={"path": _PATH, "outputDirectory": _FOLDER}),
    "html": Shape(attributes={"path": _PATH, "order": _ORDER, "outputDirectory": _FOLDER}),
    "platform-library": Shape(attributes={"name": _NEEDED, "version": _VERSION}, is_open=True),
    "dependency": Shape(
        attributes={
            "name": Attribute(required=True, pattern=_NOT_EMPTY),
            "version": _ANY_TEXT,
            "order": _ORDER,
            "type": Attribute(required=True, values=frozenset(["control"])),
            "load-type": Attribute(values=frozenset(["order", "onDemand"])),
        },
        is_open=True,
    ),
    "feature-usage": Shape(children={"uses-feature": _SOME}),
    "uses-feature": Shape(
        attributes={
            "name": _NEEDED,
            "required": _NEEDED_BOOLEAN,
            "type": Attribute(values=frozenset(["api"])),
        }
    ),
    "event": Shape(attributes={"name": _NEEDED, **_OPTIONAL_KEYS, "pfx-default-value": _ANY_TEXT, "hidden": _BOOLEAN}),
    "common-event": Shape(
        attributes={
            "name": Attribute(required=True, values=frozenset(["OnSelect", "OnChange"])),
            "pfx-default-value": _ANY_TEXT,
        }
    ),
    "subscribed-functionalities": Shape(children={"subscribed-functionality": _SOME}, is_open=True),
    "subscribed-functionality": Shape(attributes={"name": _NEEDED, "value": _NEEDED}),
    "supported-platforms": Shape(children={"supported-platform": _SOME}),
    "supported-platform": Shape(
        attributes={
            "name": Attribute(required=True, values=frozenset(["Model", "Canvas", "CustomPage", "Portal"])),
        }
    ),
    "platform-action": Shape(
        attributes={"action-type": Attribute(required=True, values=frozenset(["afterPageLoad"]))},
    ),
}
"""The elements there are, by name; each has one shape wherever it stands."""

LIBRARIES: Mapping[str, tuple[tuple[tuple[int, int, int], tuple[int, int, int]], ...]] = {
    "react": (((16, 8, 0), (16, 14, 0)), ((18, 0, 0), (18, 3, 1))),
    "react_dom": (((16, 8, 0), (16, 14, 0)), ((18, 0, 0), (18, 3, 1))),
    "fluent": (((8, 0, 0), (8, 29, 0)), ((8, 29, 1), (8, 121, 1)), ((9, 0, 0), (9, 68, 0))),
}
"""The versions, first to last, of the libraries the platform brings along; names in lower case."""
