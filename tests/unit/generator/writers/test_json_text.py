"""JSON reads back as it was, inside a template and as a whole file."""

import json
from types import MappingProxyType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pcf_generator.writers import json_text
from pcf_generator.writers.fragment import Fragment, WriterError

FUZZ = settings(max_examples=80, derandomize=True, deadline=None)
TEXT = st.text(st.characters(exclude_categories=("Cs",)), max_size=30) | st.text(
    alphabet='"\\\n\x00\x1f{}[],:', max_size=20
)
PLAIN = st.none() | st.booleans() | st.integers() | TEXT
VALUES = st.recursive(
    PLAIN | st.floats(allow_nan=False, allow_infinity=False),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4),
    max_leaves=10,
)
WITHOUT_FLOATS = st.recursive(
    PLAIN, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4), max_leaves=10
)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ('say "x"', r'"say \"x\""'),
        ("größe ⭐", '"größe ⭐"'),
        ("a\n\x01", r'"a\n\u0001"'),
        ("</script>", '"</script>"'),
        ([1, "a", None, True], '[1, "a", null, true]'),
        ({"b": 1, "a": 2}, '{"b": 1, "a": 2}'),
        (0.5, "0.5"),
    ],
)
def test_writes(value, expected):
    written = json_text.value(value)

    assert (expected, "json") == (written, written.language)


def test_a_file_is_indented_and_ends_with_a_line():
    assert '{\n  "a": [\n    1,\n    "ü"\n  ],\n  "b": {}\n}\n' == json_text.document({"a": [1, "ü"], "b": {}})


@FUZZ
@given(VALUES)
def test_reads_back_the_same(value):
    assert value == json.loads(json_text.value(value))
    assert value == json.loads(json_text.document(value))


@FUZZ
@given(WITHOUT_FLOATS)
def test_a_file_is_what_the_standard_library_writes(value):
    assert json.dumps(value, indent=2, ensure_ascii=False) + "\n" == json_text.document(value)


@pytest.mark.parametrize(
    "value",
    [
        float("nan"),
        float("inf"),
        "\ud800",
        {"\ud800": 1},
        {1: 2},
        {None: 1},
        {"a": {1}},
        b"bytes",
        object(),
        MappingProxyType({"a": 1}),
    ],
)
@pytest.mark.parametrize("write", [json_text.value, json_text.document])
def test_refuses(write, value):
    for hidden in (value, [value], {"a": value}):
        with pytest.raises(WriterError):
            write(hidden)


def test_a_fragment_stands_as_it_is():
    assert json_text.value(Fragment('{"a": 1}', "json")) == '{"a": 1}'


def test_a_fragment_of_another_language_is_refused():
    with pytest.raises(WriterError, match="css"):
        json_text.value(Fragment("#000000", "css"))
