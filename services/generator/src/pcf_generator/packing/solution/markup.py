"""Writes a tree of elements as an XML document, laid out as the platform's own tools do.

Names are this package's own; every text and value goes through the XML writer, so it cannot end its element.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from pcf_generator.writers import xml

_DECLARATION = '<?xml version="1.0" encoding="utf-8"?>'


@dataclass(frozen=True, slots=True)
class Element:
    """One element; `content` is its text or its children. None is `<a />`, an empty text is `<a></a>`."""

    name: str
    content: "str | int | tuple[Element, ...] | None" = None
    attributes: Mapping[str, str | int] = field(default_factory=dict)


def element(name: str, *children: Element, **attributes: str | int) -> Element:
    """An element with children, or none and `<a />`."""
    return Element(name, children or None, attributes)


def text(name: str, content: str | int, **attributes: str | int) -> Element:
    """An element with a text."""
    return Element(name, content, attributes)


def document(root: Element) -> str:
    """The whole document; WriterError when a text holds what no XML can."""
    return "\n".join([_DECLARATION, *_lines(root, ""), ""])


def _lines(node: Element, indent: str) -> Iterator[str]:
    attributes = "".join(f' {name}="{xml.text(value)}"' for name, value in node.attributes.items())
    match node.content:
        case None:
            yield f"{indent}<{node.name}{attributes} />"
        case tuple(children):
            yield f"{indent}<{node.name}{attributes}>"
            for child in children:
                yield from _lines(child, f"{indent}  ")
            yield f"{indent}</{node.name}>"
        case content:
            yield f"{indent}<{node.name}{attributes}>{xml.text(content)}</{node.name}>"
