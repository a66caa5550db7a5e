"""Which parts of the platform's context a control's code reaches; read from its syntax tree."""

from collections.abc import Iterator
from functools import lru_cache

import tree_sitter_typescript
from tree_sitter import Language, Node, Parser, Query, QueryCursor

PARTS = frozenset(["device", "navigation", "utils", "webAPI"])

_QUERY = """
(member_expression object: (_) @owner property: (property_identifier) @name)
(variable_declarator name: (object_pattern) @pattern value: (_) @owner)
"""


def context_members(path: str, code: str) -> frozenset[str]:
    """`webAPI`, `utils`, `navigation`, `device` and `device.…`, as far as the code names them.

    A part is taken to be the context's when what it belongs to is, or ends with, something called context, or when
    it is handed over by destructuring. Comments and texts count for nothing.
    """
    if not any(part in code for part in PARTS):
        return frozenset()  # parsing is the dearest part of judging a manifest
    parser, query = _grammar(is_tsx=path.endswith(".tsx"))
    root = parser.parse(code.encode(errors="replace")).root_node
    return frozenset(member for _, match in QueryCursor(query).matches(root) for member in _members(match))


@lru_cache(maxsize=2)
def _grammar(*, is_tsx: bool) -> tuple[Parser, Query]:
    grammar = tree_sitter_typescript.language_tsx() if is_tsx else tree_sitter_typescript.language_typescript()
    language = Language(grammar)
    return Parser(language), Query(language, _QUERY)


def _members(match: dict[str, list[Node]]) -> Iterator[str]:
    *_, above, owner = "", *_chain(match["owner"][0])
    names = [_text(node) for node in match.get("name", ())]
    names += [name for node in match.get("pattern", ()) for name in _destructured(node)]
    for name in names:
        if owner.lower().endswith("context") and name in PARTS:
            yield name
        elif owner == "device" and (not above or above.lower().endswith("context")):
            yield f"device.{name}"


def _chain(owner: Node) -> list[str]:
    """`this.context.device` gives its names, from the outside in; question and exclamation marks fall away."""
    text = _text(owner).replace("?", "").replace("!", "")
    return [part.strip() for part in text.split(".")]


def _destructured(pattern: Node) -> Iterator[str]:
    for child in pattern.named_children:
        if child.type == "shorthand_property_identifier_pattern":
            yield _text(child)
        elif child.type == "pair_pattern" and (key := child.child_by_field_name("key")) is not None:
            yield _text(key)


def _text(node: Node) -> str:
    return (node.text or b"").decode()
