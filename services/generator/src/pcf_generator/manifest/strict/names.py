"""Names: what becomes an identifier in code must be one."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator

from pcf_generator.manifest.conformance import label
from pcf_generator.manifest.fault import ManifestFault
from pcf_generator.manifest.reading import Element
from pcf_generator.writers import typescript
from pcf_generator.writers.fragment import WriterError

_VERSION = re.compile(r"[0-9]+\.[0-9]+\.[0-9]+")
_CONTROL_TYPES = frozenset(["standard", "virtual"])
_NAMED = frozenset(["property", "property-set", "data-set", "event"])


def name_faults(control: Element) -> Iterator[ManifestFault]:
    """Names that cannot be identifiers or hide each other, and a control that is not of a documented kind."""
    yield from _control_faults(control)
    for element in control.walk():
        if element.name in _NAMED and not is_identifier(element.attributes["name"]):
            yield ManifestFault("identifier", f"{label(element)}: the name is no identifier")
    yield from _alike(control, [*control.all("property"), *control.all("data-set")])
    yield from _alike(control, control.all("event"))
    for data_set in control.all("data-set"):
        yield from _alike(data_set, data_set.all("property-set"))


def is_identifier(name: str) -> bool:
    """Whether a name can be declared in TypeScript."""
    try:
        typescript.identifier(name)
    except WriterError:
        return False
    return True


def _control_faults(control: Element) -> Iterator[ManifestFault]:
    attributes = control.attributes
    for part in [*attributes["namespace"].split("."), attributes["constructor"]]:
        if not is_identifier(part):
            yield ManifestFault("reserved-word", f"{part!r} cannot be a name in code")
    if not _VERSION.fullmatch(attributes["version"]):
        yield ManifestFault("version", f"the version {attributes['version']!r} is not of three numbers")
    if (kind := attributes.get("control-type", "standard")) not in _CONTROL_TYPES:
        yield ManifestFault("control-type", f"control-type {kind!r} is neither standard nor virtual")


def _alike(outer: Element, elements: Iterable[Element]) -> Iterator[ManifestFault]:
    counts = Counter(element.attributes["name"].lower() for element in elements)
    for name, count in counts.items():
        if count > 1:
            yield ManifestFault("alike", f"{label(outer)} has {count} names that differ from {name!r} by case at most")
