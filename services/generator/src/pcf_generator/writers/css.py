"""Writes values as CSS: colours, numbers and the control's scope. Free text has no place in a style sheet."""

import math
import re

from pcf_generator.writers.fragment import Fragment, WriterError

LANGUAGE = "css"
_COLOUR = re.compile(r"#[0-9A-Fa-f]{6}")
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9]*")


def value(content: object) -> Fragment:
    """Write a number or a six-digit colour; anything else is refused."""
    match content:
        case Fragment(language="css"):
            return content
        case bool():
            pass
        case int():
            return Fragment(str(content), LANGUAGE)
        case float() if math.isfinite(content):
            return Fragment(f"{content:.10g}", LANGUAGE)
        case str() if _COLOUR.fullmatch(content):
            return Fragment(content.upper(), LANGUAGE)
        case _:
            pass
    raise WriterError(f"{content!r} is not a CSS number or #RRGGBB colour")


def scope(namespace: str, name: str) -> Fragment:
    r"""Write the selector of the control's root, as the platform names it: `.Namespace\.Constructor`."""
    parts = [*namespace.split("."), name]
    if not all(_NAME.fullmatch(part) for part in parts):
        raise WriterError("a control's scope is made of names with letters and digits")
    return Fragment("." + "\\.".join(parts), LANGUAGE)
