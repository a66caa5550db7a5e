"""The token structure of a file: what it is made of, whatever its texts say."""

import json
from collections.abc import Iterator
from xml.etree import ElementTree as ET

import tinycss2
import tree_sitter_typescript
from markdown_it import MarkdownIt
from tree_sitter import Language, Node, Parser

_TYPESCRIPT = Language(tree_sitter_typescript.language_typescript())
_MARKUP = (".xml", ".resx", ".pcfproj", ".cdsproj")


def shape(path: str, text: str) -> list[object]:
    """Tokens of the file's language without what their texts say; for other files, the lines."""
    if path.endswith(".ts"):
        return list(_tokens(Parser(_TYPESCRIPT).parse(text.encode()).root_node))
    if path.endswith(".css"):
        return [_css(token) for token in tinycss2.parse_component_value_list(text)]
    if path.endswith(".json"):
        return [_json(json.loads(text))]
    if path.endswith(_MARKUP):
        return [(element.tag, *sorted(element.attrib)) for element in ET.fromstring(text).iter()]
    if path.endswith(".md"):
        return [token.type for token in MarkdownIt("commonmark").enable("table").parse(text)]
    return list(text.splitlines())


def _tokens(node: Node) -> Iterator[object]:
    if node.type in {"string", "template_string", "comment"}:
        yield node.type
    elif node.children:
        for child in node.children:
            yield from _tokens(child)
    else:
        yield node.type


def _css(token: tinycss2.ast.Node) -> object:
    content = getattr(token, "content", None) or getattr(token, "arguments", None)
    return [token.type, *map(_css, content)] if isinstance(content, list) else token.type


def _json(value: object) -> object:
    match value:
        case dict():
            return {key: _json(each) for key, each in value.items()}
        case list():
            return [_json(each) for each in value]
        case _:
            return type(value).__name__
