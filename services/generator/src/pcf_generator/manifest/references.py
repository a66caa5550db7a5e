"""What Microsoft's validator asks of a manifest beyond the shape of its elements: names that are unique or refer."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator

from pcf_generator.manifest.conformance import label
from pcf_generator.manifest.contract import LIBRARIES
from pcf_generator.manifest.fault import ManifestFault
from pcf_generator.manifest.reading import Element

_UNIQUE = (
    ("control", "type-group"),
    ("control", "property"),
    ("control", "data-set"),
    ("control", "event"),
    ("control", "common-event"),
    ("data-set", "property-set"),
    ("property", "value"),
    ("feature-usage", "uses-feature"),
    ("resources", "dependency"),
    ("supported-platforms", "supported-platform"),
)
"""In each first element, no two of the second have the same name."""
_COMMON_EVENTS = frozenset(["onselect", "onchange"])
_NUMBER = "(0|[1-9][0-9]*)"
_VERSION = re.compile(rf"{_NUMBER}\.{_NUMBER}\.{_NUMBER}")


def reference_faults(control: Element) -> Iterator[ManifestFault]:
    """What does not fit together in a control of the right shape."""
    yield from _unique_faults(control)
    yield from _content_faults(control)
    yield from _group_faults(control)
    yield from _dependency_faults(control)
    yield from _library_faults(control)
    yield from _resettable_faults(control)


def _unique_faults(control: Element) -> Iterator[ManifestFault]:
    for outer in control.walk():
        for parent, name in _UNIQUE:
            if outer.name == parent:
                yield from _repeated(outer, name, (child.attributes["name"] for child in outer.all(name)))
    for prop in control.all("property"):
        yield from _repeated(prop, "value", (value.text for value in prop.all("value")))
    for usage in control.all("external-service-usage"):
        yield from _repeated(usage, "domain", (domain.text for domain in usage.all("domain")))
    actions = (action.attributes["action-type"] for action in control.all("platform-action"))
    yield from _repeated(control, "platform-action", actions)


def _repeated(outer: Element, name: str, keys: Iterable[str]) -> Iterator[ManifestFault]:
    for key, count in Counter(keys).items():
        if count > 1:
            yield _fault("unique", f"{label(outer)} has {count} of <{name}> for {key!r}")


def _content_faults(control: Element) -> Iterator[ManifestFault]:
    if not control.first("property") and not control.first("data-set"):
        yield _fault("content", "the control has neither a <property> nor a <data-set>")
    for event in control.all("event"):
        if event.attributes["name"].lower() in _COMMON_EVENTS:
            yield _fault("event", f"{label(event)} is a common event: <common-event> declares it")


def _group_faults(control: Element) -> Iterator[ManifestFault]:
    groups = {group.attributes["name"] for group in control.all("type-group")}
    for prop in control.walk():
        if (group := prop.attributes.get("of-type-group")) and group not in groups:
            yield _fault("type-group", f"{label(prop)} names the type-group {group!r}, which is not there")


def _dependency_faults(control: Element) -> Iterator[ManifestFault]:
    names = {prop.attributes["name"] for prop in control.all("property")}
    for element in control.walk():
        if element.name == "property-dependency":
            for end in ("input", "output"):
                if element.attributes[end] not in names:
                    yield _fault("dependency", f"no property is named {element.attributes[end]!r}")


def _library_faults(control: Element) -> Iterator[ManifestFault]:
    for library in control.walk():
        if library.name == "platform-library" and not _is_offered(library):
            name, version = library.attributes["name"], library.attributes["version"]
            yield _fault("library", f"the platform brings no {name} {version}")


def _is_offered(library: Element) -> bool:
    found = _VERSION.fullmatch(library.attributes["version"])
    version = tuple(map(int, found.groups())) if found else ()
    return any(first <= version <= last for first, last in LIBRARIES.get(library.attributes["name"].lower(), ()))


def _resettable_faults(control: Element) -> Iterator[ManifestFault]:
    asked = {"name": "supportResettableProperties", "value": "true"}
    properties = list(control.all("property"))
    is_asked = any(element.attributes == asked for element in control.walk())
    if is_asked and properties and not any(prop.attributes.get("resettable") == "true" for prop in properties):
        yield _fault("resettable", 'supportResettableProperties needs a property with resettable="true"')


def _fault(rule: str, message: str) -> ManifestFault:
    return ManifestFault(rule, message, stricter=False)
