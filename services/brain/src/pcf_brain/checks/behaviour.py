"""Behaviour files play with what their kind has, and each kind has one where the release knows their shape."""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from pcf_brain.checks.draft import Draft, behaviour_path, capability_path
from pcf_brain.domain.document import Document, Pointer
from pcf_brain.domain.problem import Problem

_SCHEMA = "schemas/behaviour.schema.json"
_ACTIONS = frozenset({
    "click", "clickAt", "doubleClick", "tap", "hover", "leave", "drag", "drop",
    "press", "holdDown", "type", "paste", "focus", "host",
})  # fmt: skip


def check(draft: Draft) -> Iterator[Problem]:
    for capability_id in draft.capability_ids if _SCHEMA in draft.paths else ():
        path = behaviour_path(capability_id)
        if path not in draft.paths:
            yield Problem(path, 0, "is missing: nobody would see whether this kind works")
        capability = draft.value(capability_path(capability_id))
        document = draft.documents.get(path)
        if capability is not None and document is not None:
            properties = {each["name"] for each in capability["properties"]}
            yield from _names(document)
            for index, scenario in enumerate(document.value["scenarios"]):
                yield from _scenario(document, ("scenarios", index), scenario, properties)


def _names(document: Document) -> Iterator[Problem]:
    scenarios = document.value["scenarios"]
    for name, times in Counter(each["name"] for each in scenarios).items():
        if times > 1:
            yield document.problem(f"two scenarios are called `{name}`", ["scenarios"])
    for name in document.value["variants"].keys() - {each.get("variant", "usual") for each in scenarios}:
        yield document.problem(f"no scenario plays the variant `{name}`", ["variants", name])


def _scenario(document: Document, way: Pointer, scenario: Mapping[str, Any], properties: set[str]) -> Iterator[Problem]:
    variant = scenario.get("variant", "usual")
    if variant not in document.value["variants"]:
        yield document.problem(f"`{variant}` is no variant", (*way, "variant"))
    for part in ("values", "columns"):
        yield from _unknown(document, (*way, part), scenario.get(part, {}), properties)
    for index, step in enumerate(scenario["steps"]):
        here = (*way, "steps", index)
        done = sorted(_ACTIONS & step.keys())
        if len(done) > 1:
            yield document.problem(f"one step does one thing, not {' and '.join(done)}", here)
        yield from _unknown(document, (*here, "host", "values"), step.get("host", {}).get("values", {}), properties)


def _unknown(document: Document, way: Pointer, values: Mapping[str, Any], properties: set[str]) -> Iterator[Problem]:
    for name in values.keys() - properties:
        yield document.problem(f"`{name}` is no property", (*way, name))
