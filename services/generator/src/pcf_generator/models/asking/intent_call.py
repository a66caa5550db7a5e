"""Asks a language model which kind of control a prompt means, and what else it says of it."""

from collections.abc import Mapping, Sequence

from pcf_generator.domain.capability import Kind
from pcf_generator.domain.language import LanguageRules
from pcf_generator.models.asking.data import message
from pcf_generator.models.asking.instructions import render
from pcf_generator.models.asking.schemas import choice, nullable, object_schema
from pcf_generator.models.calls import Call
from pcf_generator.ports.knowledge import PromptFile

PURPOSE = "INTERPRET_INTENT"
NONE, UNCLEAR = "none", "unclear"
MAX_OUTPUT_TOKENS = 1000


def intent_call(prompt: str, file: PromptFile, *, offered: Sequence[Kind], rules: LanguageRules) -> Call:
    """The question; `offered` are the kinds it can still be."""
    schema = object_schema(file)
    properties = schema["properties"]
    properties["kind"] = choice([*(kind.id for kind in offered), NONE, UNCLEAR])
    if rules.wishes:
        properties["wishes"] = {"type": "array", "items": choice([rule.wish for rule in rules.wishes])}
    if rules.questions:
        properties["contradiction"] = nullable(choice([rule.id for rule in rules.questions]))
    data: Mapping[str, object] = {
        "kinds": [_kind(kind) for kind in offered],
        "wishes": [{"id": rule.wish, "means": rule.means} for rule in rules.wishes],
        "contradictions": [{"id": rule.id, "means": rule.text} for rule in rules.questions],
    }
    return Call(PURPOSE, render(file, data), message(prompt), "intent", schema, MAX_OUTPUT_TOKENS)


def _kind(kind: Kind) -> Mapping[str, object]:
    return {"id": kind.id, "name": kind.display_name, "does": kind.description, "tags": list(kind.tags)}
