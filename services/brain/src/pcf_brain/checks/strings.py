"""Texts are complete: English covers the kind, and every other language has exactly the keys of English."""

import re
from collections.abc import Iterator
from typing import Any

from pcf_brain.checks.draft import REFERENCE_LCID, Draft, capability_path, reference_strings_path
from pcf_brain.domain.document import Document, Pointer
from pcf_brain.domain.problem import Problem

_LCID = re.compile(r"[1-9][0-9]{3,4}")
_PLACEHOLDER = re.compile(r"\{[0-9]+\}")


def check(draft: Draft) -> Iterator[Problem]:
    for capability_id in draft.capability_ids:
        reference = draft.documents.get(reference_strings_path(capability_id))
        if reference is None:
            continue
        capability = draft.value(capability_path(capability_id))
        if capability is not None:
            yield from _coverage(reference, capability)
        for document in draft.matching(f"capabilities/{capability_id}/strings/*.yaml"):
            yield from _file_name(document)
            if document.path != reference.path:
                yield from _translation(document, reference)


def _coverage(reference: Document, capability: dict[str, Any]) -> Iterator[Problem]:
    wanted: set[Pointer] = set()
    for each in capability["properties"]:
        wanted |= {("properties", each["name"], key) for key in ("name", "description")}
        wanted |= {("properties", each["name"], "values", value) for value in each.get("values", ())}
    held = {way for way in _leaves(reference.value) if way[0] == "properties"}
    yield from _differences(reference, wanted, held, "capability.yaml")


def _translation(document: Document, reference: Document) -> Iterator[Problem]:
    wanted: dict[Pointer, str] = _leaves(reference.value)
    held: dict[Pointer, str] = _leaves(document.value)
    yield from _differences(document, set(wanted), set(held), f"{REFERENCE_LCID}.yaml")
    for way in sorted(wanted.keys() & held.keys()):
        if _placeholders(wanted[way]) != _placeholders(held[way]):
            yield document.problem(
                f"`{_dotted(way)}` must hold the placeholders of {REFERENCE_LCID}.yaml: "
                f"{' '.join(_placeholders(wanted[way])) or 'none'}",
                way,
            )


def _file_name(document: Document) -> Iterator[Problem]:
    lcid = document.path.rsplit("/", 1)[1].removesuffix(".yaml")
    if not _LCID.fullmatch(lcid):
        yield document.problem("a file of texts is named by its LCID, such as 1031.yaml")
    if lcid == REFERENCE_LCID and document.value["language"] != "en":
        yield document.problem(f"language of {REFERENCE_LCID} is en", ["language"])


def _differences(document: Document, wanted: set[Pointer], held: set[Pointer], whose: str) -> Iterator[Problem]:
    for way in wanted - held:
        yield document.problem(f"lacks `{_dotted(way)}`, which {whose} has", way)
    for way in held - wanted:
        yield document.problem(f"holds `{_dotted(way)}`, which {whose} has not", way)


def _leaves(value: dict[str, Any], way: Pointer = ()) -> dict[Pointer, str]:
    """Flatten the texts; `language` is no text."""
    found: dict[Pointer, str] = {}
    for key, part in value.items():
        if isinstance(part, dict):
            found |= _leaves(part, (*way, key))
        elif (*way, key) != ("language",):
            found[(*way, key)] = part
    return found


def _placeholders(text: str) -> list[str]:
    return sorted(_PLACEHOLDER.findall(text))


def _dotted(way: Pointer) -> str:
    return ".".join(str(step) for step in way)
