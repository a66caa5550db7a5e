"""Examples expect only what their kind has."""

from collections.abc import Iterator
from typing import Any

from pcf_brain.checks.draft import Draft, capability_path, examples_path
from pcf_brain.checks.values import misfit
from pcf_brain.domain.document import Document
from pcf_brain.domain.problem import Problem


def check(draft: Draft) -> Iterator[Problem]:
    for capability_id in draft.capability_ids:
        capability = draft.value(capability_path(capability_id))
        document = draft.documents.get(examples_path(capability_id))
        if capability is not None and document is not None:
            yield from _prompts(document)
            yield from _parameters(document, capability)


def _prompts(document: Document) -> Iterator[Problem]:
    seen: set[str] = set()
    for index, example in enumerate(document.value):
        if example["prompt"] in seen:
            yield document.problem("the same prompt stands here twice", [index, "prompt"])
        seen.add(example["prompt"])


def _parameters(document: Document, capability: dict[str, Any]) -> Iterator[Problem]:
    parameters = {each["name"]: each for each in capability["parameters"]}
    for index, example in enumerate(document.value):
        for name, value in example.get("parameters", {}).items():
            way = [index, "parameters", name]
            if name not in parameters:
                yield document.problem(f"`{name}` is no parameter", way)
            elif fault := misfit(parameters[name], value):
                yield document.problem(f"the value of `{name}` {fault}", way)
