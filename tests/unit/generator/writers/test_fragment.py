"""Fragments are text with a language; operations on them give plain text again."""

import pytest
from pcf_generator.writers.fragment import Fragment, WriterError, require_text

SAFE = Fragment(".A\\.B", "css")


def test_is_text():
    assert SAFE == ".A\\.B"
    assert SAFE.language == "css"


@pytest.mark.parametrize(
    "made",
    [SAFE + "x", "x" + SAFE, SAFE[1:], SAFE.lower(), SAFE.replace("A", "x"), f"{SAFE}x", SAFE * 2, SAFE % ()],
)
def test_what_is_made_of_it_is_plain_text_unless_it_is_the_same(made):
    assert type(made) is str or made == SAFE


@pytest.mark.parametrize("value", [None, 5, b"a", ["a"]])
def test_text_is_required(value):
    with pytest.raises(WriterError, match="the place takes text"):
        require_text(value, place="the place")


def test_the_text_comes_back():
    assert require_text("a\nb\t⭐", place="the place") == "a\nb\t⭐"
