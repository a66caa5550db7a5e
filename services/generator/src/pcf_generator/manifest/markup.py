"""Writes elements the way xml2js does, whose text the platform's packages carry."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'

_TEXT = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", "\r": "&#xD;"})
_ATTRIBUTE = str.maketrans({"&": "&amp;", "<": "&lt;", '"': "&quot;", "\t": "&#x9;", "\n": "&#xA;", "\r": "&#xD;"})


@dataclass(slots=True)
class Node:
    """An element to be written; children of one name stand together, in the order of the first of each name."""

    text: str = ""
    attributes: dict[str, str] = field(default_factory=dict)
    children: dict[str, list["Node"]] = field(default_factory=dict)


def document(name: str, root: Node) -> str:
    """The whole text, two spaces a level, without a line feed at the end."""
    return "\n".join([DECLARATION, *_lines(name, root, indent="")])


def _lines(name: str, node: Node, indent: str) -> Iterator[str]:
    attributes = (f' {key}="{_escaped(value, _ATTRIBUTE)}"' for key, value in node.attributes.items())
    opening = f"{indent}<{name}{''.join(attributes)}"
    text = _escaped(node.text, _TEXT)
    if not node.children:
        yield f"{opening}>{text}</{name}>" if text else f"{opening}/>"
        return
    yield f"{opening}>"
    if text:
        yield f"{indent}  {text}"
    for child_name, children in node.children.items():
        yield from _all_lines(child_name, children, f"{indent}  ")
    yield f"{indent}</{name}>"


def _all_lines(name: str, nodes: Sequence[Node], indent: str) -> Iterator[str]:
    for node in nodes:
        yield from _lines(name, node, indent)


def _escaped(text: str, escapes: Mapping[int, str]) -> str:
    return text.translate(escapes)
