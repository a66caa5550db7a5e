"""Answers are read strictly: what fits is taken, of what does not the faults are told."""

import json

import pytest
from pcf_generator.models.failures import FailureKind
from pcf_generator.models.forms import Form, Unfit

SCHEMA = {
    "type": "object",
    "properties": {"stars": {"type": "integer", "maximum": 10}, "name": {"type": ["string", "null"]}},
    "required": ["stars", "name"],
    "additionalProperties": False,
}


def read(text, *, repair=None, schema=SCHEMA, most_bytes=200):
    return Form(schema, repair=repair, most_bytes=most_bytes).read(text)


def test_what_fits_is_taken():
    assert {"stars": 5, "name": "Größe"} == read('\n{"stars": 5, "name": "Gr\\u00f6ße"}\n')


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", "the answer is empty"),
        (" \n", "the answer is empty"),
        ("Sure! Here it is", "the answer is not JSON: Expecting value"),
        ('{"stars": 5, "name": null', "the answer is not JSON: Expecting ',' delimiter"),
        ('{"stars": 5, "name": null} {}', "the answer is not JSON: Extra data"),
        ('{"stars": 5, "stars": 6, "name": null}', "the answer is not JSON: an object has the same key twice"),
        ('{"stars": NaN, "name": null}', "the answer is not JSON: NaN is no number of JSON"),
        ('{"stars": 5, "name": "\\ud800"}', "the answer holds half of a surrogate pair"),
        ("x" * 201, "the answer is larger than 200 bytes"),
        ("ß" * 101, "the answer is larger than 200 bytes"),
    ],
)
def test_what_is_no_json_is_told_so(text, fault):
    with pytest.raises(Unfit) as told:
        read(text)
    assert FailureKind.NOT_JSON is told.value.kind
    assert told.value.faults[0].startswith(fault)


@pytest.mark.parametrize("text", ["[" * 100_000, "9" * 100_000, '{"a":' * 100_000])
def test_what_would_break_a_parser_is_no_json(text):
    with pytest.raises(Unfit) as told:
        read(text, most_bytes=10**6)
    assert told.value.kind in {FailureKind.NOT_JSON, FailureKind.SCHEMA}


def test_what_the_schema_has_against_it_is_told_by_place_and_without_the_answer():
    with pytest.raises(Unfit) as told:
        read(json.dumps({"stars": 11, "name": "a secret", "more": 1}))
    assert FailureKind.SCHEMA is told.value.kind
    assert "stars: the value is greater than the maximum of 10" in told.value.faults
    assert not any("secret" in fault for fault in told.value.faults)


def test_whoever_asks_looks_at_what_fits_only():
    looked = []
    with pytest.raises(Unfit):
        read("{}", repair=looked.append)
    assert [] == looked
    with pytest.raises(Unfit) as told:
        read('{"stars": 5, "name": null}', repair=lambda value: [f"no {value['stars']}"])
    assert (FailureKind.SCHEMA, ("no 5",)) == (told.value.kind, told.value.faults)


def test_no_more_is_told_than_a_model_reads():
    with pytest.raises(Unfit) as told:
        read('{"stars": 5, "name": null}', repair=lambda _: ["x" * 1_000] * 50)
    assert (10, 300) == (len(told.value.faults), max(map(len, told.value.faults)))


def test_what_is_no_object_is_never_taken():
    with pytest.raises(Unfit):
        read("[]", schema={})


def test_a_schema_that_is_none_is_found_out_before_anything_is_asked():
    with pytest.raises(ValueError, match="type"):
        Form({"type": "nothing"}, repair=None, most_bytes=1)
