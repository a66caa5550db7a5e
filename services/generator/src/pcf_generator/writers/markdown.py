"""Writes values as Markdown: text that shows as it was written, whatever it holds."""

import re

from pcf_generator.writers.fragment import Fragment, WriterError, require_text

LANGUAGE = "markdown"
# CommonMark 0.31, section 2.4: any ASCII punctuation may be escaped with a backslash.
_PUNCTUATION = re.compile(r"([!\"#$%&'()*+,\-./:;<=>?@\[\\\]^_`{|}~])")
_HARMLESS = frozenset("',.:;?%/-+!=\"")
# Only at the start of a line do these begin a list, a heading or a table.
_LINE_START = re.compile(r"^(?:(?=[-+=:])|\d+(?=\.))")
# GitHub makes links of bare addresses; https://github.github.com/gfm/#autolinks-extension-
_ADDRESS = re.compile(r":(?=//)|(?<=www)\.", re.IGNORECASE)
_CODE = re.compile(r"[A-Za-z0-9._/:@#%+=,()\-]+(?: +[A-Za-z0-9._/:@#%+=,()\-]+)*")


def text(value: object) -> Fragment:
    """Write a run of text on one line."""
    match value:
        case Fragment(language="markdown"):
            return value
        case bool():
            return Fragment("yes" if value else "no", LANGUAGE)
        case int() | float():
            return Fragment(f"{value:.10g}" if isinstance(value, float) else str(value), LANGUAGE)
        case str():
            line = " ".join(require_text(value, place="a Markdown text").split())
            escaped = _PUNCTUATION.sub(lambda m: m[1] if m[1] in _HARMLESS else "\\" + m[1], line)
            escaped = _ADDRESS.sub(lambda m: "\\" + m[0], escaped)
            return Fragment(_LINE_START.sub(lambda m: m[0] + "\\", escaped), LANGUAGE)
        case _:
            raise WriterError(f"no Markdown text for {type(value).__name__}")


def code(value: object) -> Fragment:
    """Write an inline code span of plain characters."""
    content = str(value)
    if not _CODE.fullmatch(content):
        raise WriterError("a code span is written of plain characters only")
    return Fragment(f"`{content}`", LANGUAGE)
