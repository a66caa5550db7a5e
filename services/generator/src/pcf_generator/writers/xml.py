"""Writes values as XML text or attribute content; RESX files are XML too and use the same writer."""

from pcf_generator.writers.fragment import Fragment, WriterError, require_text

LANGUAGE = "xml"
_ESCAPED = str.maketrans(
    {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&apos;", "\n": "&#10;", "\r": "&#13;", "\t": "&#9;"}
)


def text(value: object) -> Fragment:
    """Write content that is safe both between tags and inside quoted attributes."""
    match value:
        case Fragment(language="xml"):
            return value
        case bool():
            return Fragment("true" if value else "false", LANGUAGE)
        case int():
            return Fragment(str(value), LANGUAGE)
        case str():
            return Fragment(require_text(value, place="an XML text").translate(_ESCAPED), LANGUAGE)
        case _:
            raise WriterError(f"no XML text for {type(value).__name__}")
