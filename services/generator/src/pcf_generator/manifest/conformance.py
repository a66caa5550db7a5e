"""Walks a manifest along the contract's table."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

from pcf_generator.manifest.contract import SHAPES
from pcf_generator.manifest.fault import ManifestFault
from pcf_generator.manifest.reading import Element
from pcf_generator.manifest.shape import Shape, Text


def shape_faults(root: Element) -> Iterator[ManifestFault]:
    """Where the elements, attributes and values are not those of the contract."""
    if root.name != "manifest":
        yield ManifestFault("element", f"<{root.name}> is no <manifest>", stricter=False)
        return
    yield from _faults(root, "manifest")


def known(element: Element) -> Element:
    """The element without what the contract does not know, which can be anything."""
    shape = SHAPES[element.name]
    children = tuple(known(child) for child in element.children if child.name in shape.children)
    return replace(element, children=children)


def label(element: Element) -> str:
    """What people find an element by: `<property name="value">`."""
    names = (f'{key}="{element.attributes[key]}"' for key in ("name", "path") if key in element.attributes)
    return f"<{' '.join([element.name, *names])}>"


def _faults(element: Element, place: str) -> Iterator[ManifestFault]:
    shape = SHAPES[element.name]
    yield from _attribute_faults(element, shape)
    yield from _text_faults(element, shape)
    yield from _count_faults(element, shape)
    for child in element.children:
        if child.name in shape.children:
            yield from _faults(child, f"{place}/{child.name}")
        else:
            message = f"<{child.name}> is not allowed in {place}"
            yield ManifestFault("element", message, stricter=shape.is_open)


def _attribute_faults(element: Element, shape: Shape) -> Iterator[ManifestFault]:
    for name, value in element.attributes.items():
        if (attribute := shape.attributes.get(name)) is None:
            is_open = shape.is_open and not shape.attributes
            yield ManifestFault("attribute", f"{label(element)} has no attribute {name}", stricter=is_open)
        elif not attribute.takes(value):
            yield ManifestFault("value", f'{label(element)} cannot have {name}="{value}"', stricter=False)
    for name, attribute in shape.attributes.items():
        if attribute.required and name not in element.attributes:
            yield ManifestFault("attribute", f"{label(element)} lacks {name}", stricter=False)


def _text_faults(element: Element, shape: Shape) -> Iterator[ManifestFault]:
    match shape.text:
        case Text.NONE if element.has_text:
            yield ManifestFault("text", f"{label(element)} holds text", stricter=shape.is_open)
        case Text.NEEDED if not element.has_text:
            yield ManifestFault("text", f"{label(element)} lacks its text", stricter=False)
        case Text.ONLY if shape.values and element.text not in shape.values:
            yield ManifestFault("value", f"<{element.name}> cannot be {element.text!r}", stricter=False)


def _count_faults(element: Element, shape: Shape) -> Iterator[ManifestFault]:
    counts = Counter(child.name for child in element.children)
    for name, occurs in shape.children.items():
        if counts[name] < occurs.least:
            yield ManifestFault("element", f"{label(element)} lacks <{name}>", stricter=False)
        elif occurs.most is not None and counts[name] > occurs.most:
            yield ManifestFault("element", f"{label(element)} has {counts[name]} of <{name}>", stricter=False)
