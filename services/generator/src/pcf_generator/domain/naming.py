"""What a component may be called, and what a bad name could be instead."""

import re

MAX_NAME = 100
PASCAL_CASE = re.compile(r"[A-Z][A-Za-z0-9]{0,99}")

TAKEN = frozenset(
    [
        "AbortController",
        "Array",
        "Bin",
        "Boolean",
        "ComponentFramework",
        "Date",
        "Document",
        "Element",
        "Error",
        "Event",
        "Function",
        "HTMLElement",
        "Infinity",
        "Intl",
        "JSON",
        "Map",
        "Math",
        "NaN",
        "Node",
        "Number",
        "Obj",
        "Object",
        "Out",
        "Promise",
        "Proxy",
        "Reflect",
        "RegExp",
        "Set",
        "Solution",
        "String",
        "Symbol",
        "URL",
        "WeakMap",
        "WeakSet",
        "Window",
    ]
)
"""PascalCase names that a class of the same name would hide from the control's own code; and the folders beside it."""


def suggest(name: str, *, fallback: str) -> str:
    """The nearest PascalCase name: `123-rating` gives `Rating123`, `my control` gives `MyControl`."""
    suggestion = _pascal_case(name)
    if not PASCAL_CASE.fullmatch(suggestion):
        return fallback
    return f"{suggestion}Control" if suggestion in TAKEN else suggestion


def camel_case(name: str) -> str:
    """The nearest camelCase name, or `value` where nothing is left: `URL field` gives `urlField`."""
    pascal = _pascal_case(name)
    if not PASCAL_CASE.fullmatch(pascal):
        return "value"
    acronym = re.match(r"[A-Z]+(?![a-z])", pascal)
    head = acronym.end() if acronym else 1
    return pascal[:head].lower() + pascal[head:]


def _pascal_case(name: str) -> str:
    words = re.findall(r"[A-Za-z]+[0-9]*|[0-9]+", name)
    digits = []
    while words and words[0].isdigit():
        digits.append(words.pop(0))
    return "".join(word[0].upper() + word[1:] for word in [*words, *digits])[:MAX_NAME]
