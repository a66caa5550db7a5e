"""Reads what code asks for beside itself, before a compiler does.

It may have the project's files and the platform's libraries, nothing else. Also
refuses what would switch the type check off, and code that makes code at run time.
"""

import re
from collections.abc import Collection, Iterator
from functools import lru_cache
from posixpath import dirname, join, normpath

import tree_sitter_typescript
from tree_sitter import Language, Node, Parser, Query, QueryCursor

from pcf_generator.compiler.diagnostics import at

__all__ = ["dynamic_code", "import_faults", "is_code", "library_imports", "style_imports"]

_IMPORTS = """
(import_statement source: (string) @name)
(export_statement source: (string) @name)
(import_require_clause source: (string) @name)
(module name: (string) @name)
(call_expression function: (import) arguments: (arguments . (_) @name))
(call_expression function: (identifier) @function arguments: (arguments . (_) @name) (#eq? @function "require"))
"""
_IMPORT = "(import_statement source: (string)) @import"
_SPECIFIER = "(import_specifier name: (identifier) @name)"
_COMMENTS = "(comment) @comment"
_DYNAMIC = """
((identifier) @name (#eq? @name "eval"))
((property_identifier) @name (#eq? @name "eval"))
(call_expression function: (identifier) @name (#eq? @name "Function"))
(new_expression constructor: (identifier) @name (#eq? @name "Function"))
(call_expression function: (member_expression property: (property_identifier) @name (#eq? @name "Function")))
(new_expression constructor: (member_expression property: (property_identifier) @name (#eq? @name "Function")))
"""
_SWITCH = re.compile(r"@(ts-(?:nocheck|ignore|expect-error)|jsxImportSource|jsxRuntime)\b")
_DIRECTIVE = re.compile(r"///\s*<")


def is_code(path: str) -> bool:
    """Whether a compiler may read the file."""
    return path.endswith((".ts", ".tsx", ".css"))


def import_faults(path: str, text: str, libraries: Collection[str]) -> Iterator[str]:
    """What a file asks for that it may not have; `libraries` are the platform's modules it may."""
    root = _parse(path, text)
    for node in _captured(path, _IMPORTS, "name", root):
        name = _literal(node)
        if name is None:
            yield _fault(path, node, "only a plain text may be imported")
        elif not _may_import(path, name, libraries):
            yield _fault(path, node, f"{name} is neither in the project nor among the platform's libraries it names")
    for node in _captured(path, _COMMENTS, "comment", root):
        comment = _text(node)
        if _DIRECTIVE.match(comment):
            yield _fault(path, node, "a comment may not ask for files")
        elif switch := _SWITCH.search(comment):
            yield _fault(path, node, f"@{switch[1]} is not allowed")


def style_imports(path: str, text: str) -> Iterator[str]:
    """The paths of the style sheets that a file imports."""
    for node in _captured(path, _IMPORTS, "name", _parse(path, text)):
        name = _literal(node)
        if name and name.endswith(".css"):
            yield normpath(join(dirname(path), name))


def library_imports(path: str, text: str) -> Iterator[tuple[str, str]]:
    """Module and name of what a file imports from outside the project; the name is `*` for a whole module."""
    for node in _captured(path, _IMPORT, "import", _parse(path, text)):
        source = node.child_by_field_name("source")
        module = _literal(source) if source else None
        if module and not module.startswith("."):
            names = [_text(name) for name in _captured(path, _SPECIFIER, "name", node)]
            yield from ((module, name) for name in names or ["*"])


def dynamic_code(bundle: str) -> bool:
    """Whether a script makes code of texts."""
    return bool(_captured("bundle.js", _DYNAMIC, "name", _parse("bundle.js", bundle)))


def _may_import(path: str, name: str, libraries: Collection[str]) -> bool:
    if "\\" in name or "\0" in name:
        return False
    if not name.startswith("."):
        return name in libraries or any(name.startswith(f"{library}/") and ".." not in name for library in libraries)
    place = normpath(join(dirname(path), name))
    return place != ".." and not place.startswith("../")


def _literal(node: Node) -> str | None:
    """The text of a string without escapes, which is how everyone writes an import."""
    if node.type != "string" or any(child.type != "string_fragment" for child in node.named_children):
        return None
    return _text(node)[1:-1]


def _fault(path: str, node: Node, message: str) -> str:
    return at(path, node.start_point.row + 1, node.start_point.column + 1, message)


@lru_cache(maxsize=2)
def _language(*, tsx: bool) -> Language:
    return Language(tree_sitter_typescript.language_tsx() if tsx else tree_sitter_typescript.language_typescript())


@lru_cache(maxsize=8)
def _query(text: str, *, tsx: bool) -> Query:
    return Query(_language(tsx=tsx), text)


@lru_cache(maxsize=16)
def _parse(path: str, text: str) -> Node:
    return Parser(_language(tsx=path.endswith("x"))).parse(text.encode()).root_node


def _captured(path: str, query: str, name: str, node: Node) -> list[Node]:
    return QueryCursor(_query(query, tsx=path.endswith("x"))).captures(node).get(name, [])


def _text(node: Node) -> str:
    return (node.text or b"").decode()
