"""A style sheet takes numbers, colours and the control's scope, and nothing else."""

import pytest
import tinycss2
from hypothesis import given, settings
from hypothesis import strategies as st
from pcf_generator.writers import css
from pcf_generator.writers.fragment import Fragment, WriterError

FUZZ = settings(max_examples=100, derandomize=True, deadline=None)
HOSTILE = st.text(max_size=40) | st.text(alphabet="#0123456789abcdefABCDEF;{}():/*@url\\ ", max_size=12)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("#0f6cbd", "#0F6CBD"),
        (0, "0"),
        (-5, "-5"),
        (0.5, "0.5"),
        (1234567.5, "1234567.5"),
        (2.0, "2"),
    ],
)
def test_writes(value, expected):
    written = css.value(value)

    assert (expected, "css") == (written, written.language)


@FUZZ
@given(HOSTILE)
def test_refuses_every_text_but_a_colour(value):
    if len(value) == 7 and value[0] == "#" and set(value[1:]) <= set("0123456789abcdefABCDEF"):
        assert value.upper() == css.value(value)
    else:
        with pytest.raises(WriterError):
            css.value(value)


@FUZZ
@given(st.integers(-(10**15), 10**15) | st.floats(-1e15, 1e15))
def test_a_number_is_one_number(value):
    [declared] = tinycss2.parse_component_value_list(css.value(value))

    assert "number" == declared.type
    assert value == pytest.approx(declared.value)


@pytest.mark.parametrize(
    "value",
    [None, True, False, float("nan"), float("inf"), [1], (1,), b"#000000", "red", "10px", "#000", "#00000000", ""],
)
def test_refuses(value):
    with pytest.raises(WriterError):
        css.value(value)


@pytest.mark.parametrize("value", ["#00000\n", "#000000;", "url(x)", "expression(alert(1))", "} body {", "\\0", "/**/"])
def test_refuses_what_would_leave_a_declaration(value):
    with pytest.raises(WriterError):
        css.value(value)


def test_a_fragment_stands_as_it_is():
    assert css.value(Fragment(".A\\.B", "css")) == ".A\\.B"


def test_a_fragment_of_another_language_is_refused():
    with pytest.raises(WriterError):
        css.value(Fragment(".A", "typescript"))


@pytest.mark.parametrize(
    ("namespace", "name", "expected"),
    [("PcfBuilder", "StarRating", r".PcfBuilder\.StarRating"), ("A.B", "C", r".A\.B\.C")],
)
def test_scope(namespace, name, expected):
    assert expected == css.scope(namespace, name)


@FUZZ
@given(HOSTILE, HOSTILE)
def test_a_scope_is_one_class(namespace, name):
    try:
        written = css.scope(namespace, name)
    except WriterError:
        return
    dot, ident = tinycss2.parse_component_value_list(written)

    assert (".", f"{namespace}.{name}") == (dot.value, ident.value)


@pytest.mark.parametrize(
    ("namespace", "name"), [("", "A"), ("A", ""), ("A", "B{}"), ("A.", "B"), ("1A", "B"), ("A", "B C"), ("A", "ü")]
)
def test_refuses_a_scope(namespace, name):
    with pytest.raises(WriterError):
        css.scope(namespace, name)
