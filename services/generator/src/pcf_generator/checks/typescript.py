"""Facts about TypeScript, read from its syntax tree, so that comments and strings never mislead."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

import tree_sitter_typescript
from tree_sitter import Language, Node, Parser, Query, QueryCursor

NETWORK = frozenset(
    {"fetch", "XMLHttpRequest", "WebSocket", "EventSource", "sendBeacon", "WebTransport", "RTCPeerConnection"}
)
DYNAMIC_CODE = frozenset({"eval", "Function", "execScript"})
MARKUP_SINKS = frozenset({"innerHTML", "outerHTML", "insertAdjacentHTML", "srcdoc", "createContextualFragment"})
STORAGE = frozenset({"localStorage", "sessionStorage", "indexedDB", "cookie"})
CONTROLS = frozenset({"a", "button", "input", "label", "meter", "progress", "select", "textarea"})
MOVES = frozenset({"pointermove", "mousemove", "touchmove", "scroll", "resize"})

_NAMES = """
(class_declaration name: (type_identifier) @class)
(method_definition name: (property_identifier) @method)
(export_statement) @export
(import_statement source: (string (string_fragment) @import))
(call_expression function: (identifier) @call)
(call_expression function: (member_expression property: (property_identifier) @call))
(call_expression function: (member_expression object: (identifier) @object))
(new_expression constructor: (identifier) @new)
(assignment_expression left: (member_expression property: (property_identifier) @assigned))
(member_expression property: (property_identifier) @member)
(identifier) @identifier
(string (string_fragment) @text)
(while_statement condition: (parenthesized_expression (true))) @endless
(for_statement condition: (empty_statement)) @endless
(for_statement condition: (binary_expression right: (number) @bound))
(return_statement (object (pair key: (property_identifier) @returned)))
(return_statement (object (shorthand_property_identifier) @returned))
"""
_CALLS = """
(call_expression
  function: [(identifier) @method (member_expression property: (property_identifier) @method)]
  arguments: (arguments (string (string_fragment) @first) . (_)? @second))
"""
_BODIES = """
(method_definition name: (property_identifier) @name) @body
(public_field_definition name: (property_identifier) @name value: (arrow_function)) @body
"""
_SECRET = re.compile(r"(?:sk|pk|ghp|xox[abp]|AKIA|AIza|eyJ)[-_A-Za-z0-9]{16,}|-----BEGIN [A-Z ]*PRIVATE KEY")
_DOCUMENT_WRITE = re.compile(r"\bdocument\.(write|writeln|open|execCommand)\s*\(")


@dataclass(frozen=True, slots=True)
class Call:
    """A call with a text among its arguments: the function, the text, and the source of the argument after it."""

    method: str
    first: str
    second: str


@lru_cache(maxsize=1)
def _grammar() -> tuple[Parser, Query, Query, Query]:
    language = Language(tree_sitter_typescript.language_typescript())
    return Parser(language), Query(language, _NAMES), Query(language, _CALLS), Query(language, _BODIES)


def facts(source: str) -> Mapping[str, object]:
    """The variables a code rule sees as `code`."""
    parser, names, calls, bodies = _grammar()
    root = parser.parse(source.encode()).root_node
    found = {name: [_text(node) for node in nodes] for name, nodes in QueryCursor(names).captures(root).items()}
    literal_calls = _literal_calls(root, calls)
    return {
        "parses": not root.has_error,
        "className": found.get("class", [""])[0],
        "exportCount": len(found.get("export", ())),
        "imports": sorted(set(found.get("import", ()))),
        "methods": sorted(set(found.get("method", ()))),
        "assigned": sorted(set(found.get("assigned", ()))),
        "returned": sorted(set(found.get("returned", ()))),
        **_dangers(found, source),
        **_upkeep(found),
        **_markup({*found.get("text", ())}, literal_calls),
        **_habits(root, literal_calls, bodies),
    }


def _dangers(found: Mapping[str, list[str]], source: str) -> dict[str, object]:
    called = {*found.get("call", ()), *found.get("new", ())}
    used = called | {*found.get("member", ()), *found.get("identifier", ())}
    return {
        "network": sorted(used & NETWORK),
        "dynamicCode": sorted(called & DYNAMIC_CODE),
        "markupSinks": sorted(used & MARKUP_SINKS),
        "documentWrites": sorted(set(_DOCUMENT_WRITE.findall(source))),
        "storage": sorted(used & STORAGE),
        "consoleCalls": found.get("object", []).count("console"),
        "secrets": sum(bool(_SECRET.search(text)) for text in found.get("text", ())),
        "endlessLoops": len(found.get("endless", ())),
        "longestLoop": max((_integer(bound) for bound in found.get("bound", ())), default=0),
    }


def _upkeep(found: Mapping[str, list[str]]) -> dict[str, object]:
    calls = found.get("call", [])
    listeners = calls.count("addEventListener")
    return {
        "listeners": listeners,
        "interactive": listeners > 0,
        "removesListeners": "removeEventListener" in calls or "abort" in calls,
        "timers": sorted({*calls} & {"setInterval", "requestAnimationFrame"}),
        "clearsTimers": bool({*calls} & {"clearInterval", "cancelAnimationFrame"}),
        "usesStrings": "getString" in calls,
    }


def _literal_calls(root: Node, calls: Query) -> list[Call]:
    return [
        Call(
            _text(match["method"][0]),
            _text(match["first"][0]),
            _text(match["second"][0]) if "second" in match else "",
        )
        for _, match in QueryCursor(calls).matches(root)
    ]


def _markup(texts: set[str], calls: Iterable[Call]) -> dict[str, object]:
    """What the markup is made of; controls set attributes through functions of their own, so any text counts."""
    attributes = {call.first for call in calls if call.method == "setAttribute"}
    attributes |= {text for text in texts if text.startswith("aria-")}
    return {
        "attributes": sorted(attributes),
        "handlerAttributes": sum(name.lower().startswith("on") for name in attributes),
        "roles": sorted(
            {call.second.strip("\"'") for call in calls if call.first == "role" and call.second[:1] in "\"'"}
        ),
        "elements": sorted(texts & CONTROLS),
        "events": sorted({call.first for call in calls if call.method == "addEventListener"}),
    }


def _habits(root: Node, calls: Iterable[Call], bodies: Query) -> dict[str, object]:
    """What only the place of a call tells: rebuilding in updateView, notifying while the pointer moves."""
    methods = {_text(match["name"][0]): _text(match["body"][0]) for _, match in QueryCursor(bodies).matches(root)}
    on_move = {
        call.second.removeprefix("this.") for call in calls if call.method == "addEventListener" and call.first in MOVES
    }
    return {
        "rebuildsInUpdateView": methods.get("updateView", "").count("replaceChildren("),
        "notifiesOnMove": any("notifyOutputChanged" in methods.get(name, name) for name in on_move),
    }


def _text(node: Node) -> str:
    return (node.text or b"").decode()


def _integer(text: str) -> int:
    return int(float(text.replace("_", ""))) if re.fullmatch(r"[\d_]+(\.\d+)?(e\d+)?", text) else 0
