"""Judges XML by this package's schemas. Nothing is fetched, no entity is expanded.

lxml is loaded when the first solution is judged: it takes 4 MB, and who makes no solution needs none of it.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml import etree

_SCHEMAS = Path(__file__).parent / "schemas"


def markup_faults(content: bytes) -> Iterator[str]:
    """Why it is not well-formed XML in UTF-8 without a DTD."""
    from lxml import etree  # noqa: PLC0415

    try:
        document = etree.fromstring(content, _parser()).getroottree()
        content.decode()
    except (etree.XMLSyntaxError, UnicodeDecodeError) as error:
        yield f"it is not XML in UTF-8: {error}"
        return
    if document.docinfo.doctype or document.docinfo.internalDTD is not None:
        yield "it has a DTD"
    if document.docinfo.encoding not in ("utf-8", "UTF-8"):
        yield "it does not say that it is UTF-8"


def schema_faults(content: bytes, schema: str) -> Iterator[str]:
    """Where well-formed XML leaves the schema of that name in `schemas/`, with the line."""
    from lxml import etree  # noqa: PLC0415

    judge = _schema(schema)
    judge.validate(etree.fromstring(content, _parser()))
    for error in judge.error_log:
        yield f"line {error.line}: {error.message}"


def _parser() -> etree.XMLParser:
    from lxml import etree  # noqa: PLC0415

    return etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)


@lru_cache(maxsize=8)
def _schema(name: str) -> etree.XMLSchema:
    from lxml import etree  # noqa: PLC0415

    return etree.XMLSchema(etree.parse(_SCHEMAS / f"{name}.xsd"))
