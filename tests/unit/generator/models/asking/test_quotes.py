"""What a model says it took from the prompt counts only if it stands there."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pcf_generator.models.asking.quotes import MAX_QUOTES, name, quote, quotes
from pcf_generator.models.offline.tokens import readable

PROMPT = "Eine Bewertung für  Hotels namens product rating, größer"


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("Hotels", "Hotels"),
        ("hotels", "hotels"),
        (" für\nHotels ", "für Hotels"),
        ("gro\u0308ßer", "größer"),
        ("Motels", ""),
        ("Hotels ../../etc/passwd", ""),
        ("", ""),
        (" ", ""),
        (None, ""),
        (7, ""),
        (["Hotels"], ""),
        ("x" * 100_000, ""),
    ],
)
def test_quote(said, expected):
    assert expected == quote(said, PROMPT)


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("ProductRating", "ProductRating"),
        ("product-rating", "product-rating"),
        ("Rat", "Rat"),
        ("RatX", ""),
        ("Evil", ""),
    ],
)
def test_name(said, expected):
    assert expected == name(said, PROMPT)


def test_many_quotes_are_kept_once_each_and_few():
    assert ("Hotels",) == quotes(["Hotels", "Hotels", "no", None], PROMPT)
    assert MAX_QUOTES >= len(quotes([PROMPT[:n] for n in range(1, 50)], PROMPT))
    assert () == quotes(None, PROMPT) == quotes(5, PROMPT)


@given(st.text(), st.text(), st.text())
def test_no_quote_says_what_the_prompt_does_not(before, said, after):
    there, elsewhere = quote(said, f"{before} {said} {after}"), quote(said, f"{before} {after}")
    assert there == elsewhere or not elsewhere
    assert (
        elsewhere.casefold() in " ".join(unicodedata.normalize("NFC", readable(f"{before} {after}")).split()).casefold()
    )
