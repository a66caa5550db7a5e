"""The shape of a file: all that a parser sees but the text. Two files differ in it if text became something else."""

import json
from pathlib import PurePosixPath
from typing import Any

import tree_sitter_typescript
from lxml import etree
from tree_sitter import Language, Node, Parser

__all__ = ["shape_of", "texts_of"]

_XML = {".xml", ".resx"}
_TYPESCRIPT = {".ts", ".js"}
_TEXTS = {"string", "string_fragment", "escape_sequence", "comment", "template_string"}
_PARSER = Parser(Language(tree_sitter_typescript.language_typescript()))


def shape_of(path: str, content: bytes) -> Any:
    """What kind of things are in it, in their order; of a file that holds no text of a maker, nothing."""
    match PurePosixPath(path).suffix:
        case kind if kind in _XML:
            return [(str(each.tag), sorted(each.attrib)) for each in _xml(content).iter()]
        case ".json":
            return _json_shape(json.loads(content))
        case kind if kind in _TYPESCRIPT:
            return list(_kinds(_PARSER.parse(content).root_node))
    return None


def texts_of(path: str, content: bytes) -> set[str]:
    """Every text and attribute of an XML file, as a parser reads it."""
    if PurePosixPath(path).suffix not in _XML:
        return set()
    return {text for each in _xml(content).iter() for text in (each.text, *each.attrib.values()) if text}


def _xml(content: bytes) -> Any:
    return etree.fromstring(content, etree.XMLParser(resolve_entities=False, no_network=True))


def _json_shape(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _json_shape(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_json_shape(inner) for inner in value]
    return type(value).__name__


def _kinds(node: Node) -> Any:
    # What is inside a string is its text; that it is one string and no more is the shape.
    yield node.type
    if node.type not in _TEXTS:
        for child in node.children:
            yield from _kinds(child)
