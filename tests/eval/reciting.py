"""A provider that recites what is expected of it: `make eval` without a catalogue."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from pcf_generator.models.calls import Call, Reply, Usage

from tests.eval.cases import Case


class Reciting:
    """Implements `Provider`: knows the cases by heart."""

    provider = "scripted"
    model = "recited"

    def __init__(self, cases: Sequence[Case]) -> None:
        self._cases = {case.prompt: case for case in cases}

    async def complete(self, call: Call, *, timeout_s: float) -> Reply:
        asked = json.loads(call.text)
        case = self._cases[asked["prompt"]]
        fields = call.schema["properties"]
        answer = _intent(case, fields) if "kind" in fields else _spec(case, fields, asked["notUnderstood"])
        text = json.dumps(answer, ensure_ascii=False)
        return Reply(text, Usage(len(f"{call.instructions}{call.text}") // 4, len(text) // 4))

    async def aclose(self) -> None:
        """Nothing is open."""


def _intent(case: Case, fields: Mapping[str, Any]) -> Mapping[str, Any]:
    nothing = {name: [] if shape.get("type") == "array" else None for name, shape in fields.items()}
    unclear = "none" if case.code == "PCF-CAP-001" else "unclear"
    kind = case.kind if case.kind in fields["kind"]["enum"] else unclear
    told = {"readOnly": case.readOnly, "required": case.required, "contradiction": case.contradiction}
    lists = {"wishes": list(case.wishes), "without": list(case.without)}
    return {**nothing, **told, **lists, "kind": kind, "confidence": 0.9}


def _spec(case: Case, fields: Mapping[str, Any], pieces: Sequence[Mapping[str, Any]]) -> Mapping[str, Any]:
    values = {**case.parameters, **case.said}
    names = fields["parameters"]["properties"]
    said = {name: values[name] if values.get(name) != "" else None for name in names if name in values}
    return {
        "parameters": {**dict.fromkeys(names), **said},
        "covers": [piece["number"] for piece in pieces],
        "unmapped": [],
    }
