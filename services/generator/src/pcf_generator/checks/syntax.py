"""Reads TypeScript into the names, calls and methods that the facts are computed from."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import tree_sitter_typescript
from tree_sitter import Language, Node, Parser, Query, QueryCursor

# Alternatives are written out: as the last part of a pattern, tree-sitter takes [(a) (b)] for optional.
_NAMES = """
(export_statement declaration: (class_declaration name: (type_identifier) @class))
(method_definition name: (property_identifier) @method)
(export_statement) @export
(import_statement source: (string (string_fragment) @import))
(import_require_clause source: (string (string_fragment) @import))
(call_expression function: (import) arguments: (arguments (string (string_fragment) @import)))
(call_expression function: (identifier) @call)
(call_expression function: (member_expression property: (property_identifier) @call))
(assignment_expression left: (member_expression property: (property_identifier) @assigned))
(member_expression property: (property_identifier) @member)
(subscript_expression index: (string (string_fragment) @member))
(identifier) @identifier
(string (string_fragment) @text)
(template_string (string_fragment) @text)
(while_statement condition: (parenthesized_expression (true))) @endless
(while_statement condition: (parenthesized_expression (number))) @endless
(do_statement condition: (parenthesized_expression (true))) @endless
(do_statement condition: (parenthesized_expression (number))) @endless
(for_statement condition: (empty_statement)) @endless
(for_statement condition: (binary_expression (number) @bound))
(while_statement condition: (parenthesized_expression (binary_expression (number) @bound)))
(do_statement condition: (parenthesized_expression (binary_expression (number) @bound)))
"""
_CALLS = """
(call_expression function: (identifier) @method arguments: (arguments) @arguments)
(call_expression
  function: (member_expression property: (property_identifier) @method)
  arguments: (arguments) @arguments)
"""
_MEMBERS = """
(member_expression object: (_) @owner property: (property_identifier) @name)
(subscript_expression object: (_) @owner index: (string (string_fragment) @name))
"""
_RETURNED = """
(return_statement (object (pair key: (property_identifier) @name)))
(return_statement (object (shorthand_property_identifier) @name))
(return_statement (ternary_expression (object (pair key: (property_identifier) @name))))
(return_statement (ternary_expression (object (shorthand_property_identifier) @name)))
"""
_BODIES = """
(method_definition name: (property_identifier) @name) @body
(public_field_definition name: (property_identifier) @name value: (arrow_function)) @body
"""


@dataclass(frozen=True, slots=True)
class Call:
    """A call with a text among its arguments: the function, the first text, and the source of the argument after it.

    `leads` says that the text is the very first argument.
    """

    method: str
    first: str
    second: str
    leads: bool


@dataclass(frozen=True, slots=True)
class Syntax:
    """What was found in a file; comments are in none of it."""

    parses: bool
    found: Mapping[str, Sequence[str]]
    """The texts of the syntax tree by the names of the query above."""
    calls: Sequence[Call]
    attributes: Sequence[tuple[str, str]]
    """Name and source of the value of every attribute that is set, by `setAttribute` or a function named like it."""
    methods: Mapping[str, str]
    """The source of each method."""
    members: frozenset[tuple[str, str]]
    """Owner and name of everything that is reached through a point or brackets."""
    returned: frozenset[str]
    """The names of what getOutputs returns."""


@dataclass(frozen=True, slots=True)
class _Grammar:
    parser: Parser
    names: Query
    calls: Query
    members: Query
    bodies: Query
    returned: Query


@lru_cache(maxsize=1)
def _grammar() -> _Grammar:
    language = Language(tree_sitter_typescript.language_typescript())
    queries = (Query(language, text) for text in (_NAMES, _CALLS, _MEMBERS, _BODIES, _RETURNED))
    return _Grammar(Parser(language), *queries)


def read(source: str) -> Syntax:
    """Parse the source, as far as it can be."""
    grammar = _grammar()
    root = grammar.parser.parse(source.encode()).root_node
    bodies = {_text(match["name"][0]): match["body"][0] for match in _matches(grammar.bodies, root)}
    outputs = bodies.get("getOutputs")
    called = [(_text(match["method"][0]), match["arguments"][0]) for match in _matches(grammar.calls, root)]
    calls = list(_calls(called))
    return Syntax(
        parses=not root.has_error,
        found=_captures(grammar.names, root),
        calls=calls,
        attributes=[*_attributes(called), *((c.first, c.second) for c in calls if c.method == "setAttribute")],
        methods={name: _text(body) for name, body in bodies.items()},
        members=frozenset(
            (_text(match["owner"][0]), _text(match["name"][0])) for match in _matches(grammar.members, root)
        ),
        returned=frozenset(_captures(grammar.returned, outputs).get("name", ())) if outputs else frozenset(),
    )


def _calls(called: Sequence[tuple[str, Node]]) -> Iterator[Call]:
    for method, node in called:
        arguments = node.named_children
        at = next((i for i, argument in enumerate(arguments) if argument.type == "string"), None)
        if at is not None:
            after = _text(arguments[at + 1]) if at + 1 < len(arguments) else ""
            yield Call(method, _text(arguments[at])[1:-1], after, leads=at == 0)


def _attributes(called: Sequence[tuple[str, Node]]) -> Iterator[tuple[str, str]]:
    """The pairs of `setAttributes(element, { role: "slider" })`."""
    for method, node in called:
        if method.startswith("setAttribute"):
            for given in node.named_children:
                for pair in given.named_children if given.type == "object" else ():
                    key, value = pair.child_by_field_name("key"), pair.child_by_field_name("value")
                    if key is not None and value is not None:
                        yield _text(key).strip("\"'"), _text(value)


def _captures(query: Query, node: Node) -> dict[str, list[str]]:
    return {name: [_text(node) for node in nodes] for name, nodes in QueryCursor(query).captures(node).items()}


def _matches(query: Query, node: Node) -> list[dict[str, list[Node]]]:
    return [match for _, match in QueryCursor(query).matches(node)]


def _text(node: Node) -> str:
    return (node.text or b"").decode()
