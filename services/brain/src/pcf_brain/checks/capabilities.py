"""A kind of control agrees with itself: its names, limits, defaults, phrases and properties."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from pcf_brain.checks.draft import Draft
from pcf_brain.checks.values import misfit
from pcf_brain.domain.capability import property_types
from pcf_brain.domain.document import Document, Pointer
from pcf_brain.domain.problem import Problem

_CAPTURE = re.compile(r"\{([^{}]*)\}")
_UNIQUE = {"features": "id", "parameters": "name", "properties": "name", "prohibitions": "id"}


def check(draft: Draft) -> Iterator[Problem]:
    wishes = _wishes(draft)
    for document in draft.matching("capabilities/*/capability.yaml"):
        folder = document.path.split("/")[1]
        if document.value["id"] != folder:
            yield document.problem(f"id is `{document.value['id']}`, its folder `{folder}`", ["id"])
        yield from _twice(document)
        yield from _parameters(document)
        yield from _phrases(document)
        yield from _properties(document)
        yield from _words(document, draft.languages)
        yield from _prohibitions(document, wishes)


def _wishes(draft: Draft) -> set[str] | None:
    """List the wishes a prompt can have; None where the mapping does not say."""
    mapping = draft.value("intent/mapping.yaml")
    wishes = mapping.get("wishes") if isinstance(mapping, dict) else None
    if not isinstance(wishes, list):
        return None
    return {str(each.get("wish")) for each in wishes if isinstance(each, dict)}


def _twice(document: Document) -> Iterator[Problem]:
    for part, key in _UNIQUE.items():
        counts = Counter(each[key] for each in document.value[part])
        for name in (name for name, count in counts.items() if count > 1):
            yield document.problem(f"`{name}` stands in {part} twice", [part])


def _parameters(document: Document) -> Iterator[Problem]:
    for index, parameter in enumerate(document.value["parameters"]):
        way: Pointer = ("parameters", index)
        if "minimum" in parameter and parameter["minimum"] >= parameter["maximum"]:
            yield document.problem("minimum must be less than maximum", (*way, "minimum"))
        elif fault := misfit(parameter, parameter["default"]):
            yield document.problem(f"the default {fault}", (*way, "default"))


def _phrases(document: Document) -> Iterator[Problem]:
    parameters = {each["name"]: each for each in document.value["parameters"]}
    for language, phrases in document.value["phrases"].items():
        for index, phrase in enumerate(phrases):
            way = ["phrases", language, index]
            captured = _CAPTURE.findall(phrase["say"])
            given = phrase.get("set", {})
            if not captured and not given:
                yield document.problem("the phrase sets nothing: capture a parameter or `set` one", way)
            for name in [*captured, *given]:
                if name not in parameters:
                    yield document.problem(f"`{name}` is no parameter", way)
            for name, value in given.items():
                if name in parameters and (fault := misfit(parameters[name], value)):
                    yield document.problem(f"the value of `{name}` {fault}", [*way, "set", name])


def _properties(document: Document) -> Iterator[Problem]:
    properties: Sequence[dict[str, Any]] = document.value["properties"]
    parameters = {each["name"]: each for each in document.value["parameters"]}
    if not any(each["usage"] == "bound" and "include" not in each for each in properties):
        yield document.problem("one bound property must always be there: it is the value", ["properties"])
    for index, each in enumerate(properties):
        for message in (*_type_faults(each), *_default_faults(each, parameters)):
            yield document.problem(f"property `{each['name']}`: {message}", ["properties", index])


def _type_faults(each: dict[str, Any]) -> Iterator[str]:
    of_type = each["ofType"]
    if isinstance(of_type, list):
        if "when" in of_type[-1]:
            yield "the last entry of ofType must have no condition, or there might be no type"
        if any("when" not in entry for entry in of_type[:-1]):
            yield "an entry of ofType without a condition hides those after it"
    enum = "Enum" in property_types(of_type)
    if enum and "values" not in each:
        yield "an Enum needs values"
    if not enum and "values" in each:
        yield "only an Enum has values"


def _default_faults(each: dict[str, Any], parameters: dict[str, Any]) -> Iterator[str]:
    if "default" not in each:
        return
    parameter = parameters.get(each["default"])
    if parameter is None:
        yield f"default names `{each['default']}`, which is no parameter"
    elif each["usage"] != "input":
        yield "only an input has a default"
    elif "values" in each and not set(parameter.get("choices", ())) <= set(each["values"]):
        yield f"its values must hold every choice of the parameter `{parameter['name']}`"


def _words(document: Document, languages: Sequence[str]) -> Iterator[Problem]:
    for language in languages:
        if language not in document.value["words"]:
            yield document.problem(
                f"there are no words in `{language}`, so nobody could ask for this kind in that language",
                ["words"],
            )


def _prohibitions(document: Document, wishes: set[str] | None) -> Iterator[Problem]:
    for index, each in enumerate(document.value["prohibitions"]):
        if wishes is not None and each["wish"] not in wishes:
            yield document.problem(
                f"`{each['wish']}` is no wish of intent/mapping.yaml", ["prohibitions", index, "wish"]
            )
