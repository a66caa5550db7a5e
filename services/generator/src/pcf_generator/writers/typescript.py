"""Writes values as TypeScript: literals and checked identifiers."""

import json
import math
import re

from pcf_generator.writers.fragment import Fragment, WriterError, require_text

LANGUAGE = "typescript"
_LARGEST_PLAIN = 1e15
_IDENTIFIER = re.compile(r"[A-Za-z_$][A-Za-z0-9_$]*")
# ECMAScript 2023, section 12.7.2, with the words strict mode reserves.
_RESERVED = frozenset(
    [
        "await",
        "break",
        "case",
        "catch",
        "class",
        "const",
        "continue",
        "debugger",
        "default",
        "delete",
        "do",
        "else",
        "enum",
        "export",
        "extends",
        "false",
        "finally",
        "for",
        "function",
        "if",
        "import",
        "in",
        "instanceof",
        "new",
        "null",
        "return",
        "super",
        "switch",
        "this",
        "throw",
        "true",
        "try",
        "typeof",
        "var",
        "void",
        "while",
        "with",
        "yield",
        "let",
        "static",
        "implements",
        "interface",
        "package",
        "private",
        "protected",
        "public",
        "arguments",
        "eval",
    ]
)


def literal(value: object) -> Fragment:
    """Write a literal: text quoted and escaped, numbers, booleans, null, and arrays of these."""
    match value:
        case Fragment(language="typescript"):
            return value
        case None:
            text = "null"
        case bool():
            text = "true" if value else "false"
        case int():
            text = str(value)
        case float():
            text = _number(value)
        case str():
            text = _string(value)
        case tuple() | list():
            text = "[" + ", ".join(literal(item) for item in value) + "]"
        case _:
            raise WriterError(f"no TypeScript literal for {type(value).__name__}")
    return Fragment(text, LANGUAGE)


def identifier(value: object) -> Fragment:
    """Write a name that is declared or referred to."""
    text = require_text(value, place="a TypeScript identifier")
    if not _IDENTIFIER.fullmatch(text) or text in _RESERVED:
        raise WriterError(f"{text!r} is not a TypeScript identifier")
    return Fragment(text, LANGUAGE)


def _number(value: float) -> str:
    if not math.isfinite(value):
        raise WriterError("a TypeScript number must be finite")
    return str(int(value)) if value.is_integer() and abs(value) < _LARGEST_PLAIN else repr(value)


def _string(value: str) -> str:
    # JSON is a subset of ECMAScript, but U+2028/2029 end lines in older readers, `</` would end a script
    # element if someone inlined the file, and `*/` a comment if a template wrote the text into one. (Not `\/`: ESLint
    # takes that for a useless escape.)
    quoted = json.dumps(require_text(value, place="a TypeScript string"), ensure_ascii=False)
    escapes = {"\u2028": "\\u2028", "\u2029": "\\u2029", "</": "\\u003c/", "*/": "\\u002a/"}
    for unsafe, escaped in escapes.items():
        quoted = quoted.replace(unsafe, escaped)
    return quoted
