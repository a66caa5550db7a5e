"""capability.yaml and the index of kinds, read into values."""

import json

import pytest
import yaml
from pcf_generator.adapters.brain_files.capability import capability, kinds
from pcf_generator.domain.capability import Kind, Parameter, Phrase, Prohibition
from pcf_generator.ports.knowledge import BrainFileFault

PATH = "capabilities/dial/capability.yaml"
DIAL = {
    "id": "dial",
    "displayName": "Dial",
    "description": "Turns a number up and down.",
    "classification": "input-control",
    "componentName": "Dial",
    "features": [{"id": "turning", "description": "It turns."}],
    "parameters": [
        {"name": "level", "type": "integer", "description": "How far.", "default": 5, "minimum": 1, "maximum": 10},
        {"name": "tint", "type": "colour", "description": "Colour.", "default": "#000000", "against": "#FFFFFF"},
        {"name": "size", "type": "choice", "description": "How big.", "default": "s", "choices": ["s", "l"]},
        {"name": "label", "type": "text", "description": "Text.", "default": "", "maxLength": 9},
    ],
    "phrases": {"en": [{"say": "{level} step|steps"}, {"say": "big", "set": {"size": "l"}}]},
    "properties": [
        {
            "name": "value",
            "usage": "bound",
            "ofType": [{"when": "parameters.level > 5", "is": "Decimal"}, {"is": "Whole.None"}],
            "required": "fromIntent",
        },
        {"name": "off", "usage": "input", "ofType": "TwoOptions", "include": "intent.readOnly"},
        {"name": "size", "usage": "input", "ofType": "Enum", "values": ["s", "l"], "default": "size", "required": True},
    ],
    "prohibitions": [{"id": "sound", "wish": "sound", "reason": "No.", "alternative": "Silence."}],
    "checks": [{"when": "parameters.level == 3", "message": "Not three.", "suggestion": "Four."}],
}


def read(**changes):
    """The dial, with changes; None takes a field away."""
    return capability(PATH, yaml.safe_dump({k: v for k, v in {**DIAL, **changes}.items() if v is not None}))


def test_reads_what_a_prompt_can_set():
    level, tint, size, label = read().parameters

    assert Parameter("level", "integer", "How far.", 5, minimum=1, maximum=10) == level
    assert (("#FFFFFF",), 3.0) == (tint.against, tint.contrast)
    assert (("s", "l"), 9) == (size.choices, label.max_length)


def test_reads_phrases_by_language():
    assert {"en": (Phrase("{level} step|steps", {}), Phrase("big", {"size": "l"}))} == read().phrases


def test_reads_properties():
    value, off, size = read().properties
    variables = {"parameters": {"level": 6}, "intent": {"readOnly": True}}

    assert ["Decimal", "Whole.None"] == [choice.of_type for choice in value.types]
    assert value.types[0].when(variables) is True
    assert (None, False, True) == (value.required, off.required, size.required)
    assert off.include(variables) is True
    assert ("size", ("s", "l")) == (size.default, size.values)


def test_reads_what_is_refused():
    dial = read()

    assert (Prohibition("sound", "sound", "No.", "Silence."),) == dial.prohibitions
    assert dial.checks[0].when({"parameters": {"level": 3}}) is True


def test_checks_may_be_missing():
    assert read(checks=None).checks == ()


@pytest.mark.parametrize("field", sorted(set(DIAL) - {"checks"}))
def test_a_missing_field_names_the_file_and_the_field(field):
    with pytest.raises(BrainFileFault, match=f"^{PATH}: .*{field}"):
        read(**{field: None})


@pytest.mark.parametrize(
    "changes",
    [
        {"phrases": []},
        {"features": ["turning"]},
        {"parameters": "none"},
        {"properties": [{"name": "x"}]},
        {"properties": [{**DIAL["properties"][1], "include": "intent.readOnly >"}]},
        {"prohibitions": [{"id": "x"}]},
        {"prohibitions": [{**DIAL["prohibitions"][0], "more": 1}]},
        {"checks": [{"when": "("}]},
    ],
)
def test_a_field_of_another_shape_names_the_file(changes):
    with pytest.raises(BrainFileFault, match=f"^{PATH}: "):
        read(**changes)


@pytest.mark.parametrize("text", ["", "[]", "just text", "5"])
def test_a_file_that_is_no_capability_names_itself(text):
    with pytest.raises(BrainFileFault, match=f"^{PATH}: "):
        capability(PATH, text)


ENTRY = {
    "id": "dial",
    "displayName": "Dial",
    "description": "Turns.",
    "classification": "input-control",
    "componentName": "Dial",
    "purposes": ["collect-number"],
    "tags": ["turn"],
    "words": {"strong": ["dial"], "weak": []},
}


def test_reads_the_index():
    expected = Kind("dial", "Dial", "Turns.", "input-control", "Dial", ("collect-number",), ("turn",), ("dial",), ())

    assert (expected,) == kinds("derived/kinds.en.json", json.dumps([ENTRY]))


@pytest.mark.parametrize("entries", [[{**ENTRY, "words": {}}], [{}], ["dial"], 5])
def test_an_index_that_does_not_fit_names_itself(entries):
    with pytest.raises(BrainFileFault, match=r"^derived/kinds\.en\.json: "):
        kinds("derived/kinds.en.json", json.dumps(entries))
