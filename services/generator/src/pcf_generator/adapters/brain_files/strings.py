"""Reads strings/<lcid>.yaml into resx entries."""

from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath
from typing import Any

from pcf_generator.adapters.brain_files.document import parse, reading
from pcf_generator.domain.source import Strings


def strings(path: str, text: str) -> Strings:
    """Read one language; the file's name is its LCID."""
    with reading(path):
        document = parse(path, text)
        lcid = int(PurePosixPath(path).stem)
        return Strings(lcid=lcid, language=document["language"], entries=tuple(_entries(document)))


def _entries(document: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    control = document["control"]
    yield "Control_Name", control["name"]
    yield "Control_Description", control["description"]
    for name, entry in document["properties"].items():
        yield f"{name}_Name", entry["name"]
        yield f"{name}_Description", entry["description"]
        for value, label in entry.get("values", {}).items():
            yield f"{name}_{value}", label
    for name, text in document["texts"].items():
        yield f"Text_{name}", text
