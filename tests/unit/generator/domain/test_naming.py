"""A bad name is answered with a good one."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from pcf_generator.domain.naming import MAX_NAME, PASCAL_CASE, TAKEN, camel_case, suggest

NAMES = settings(max_examples=100, derandomize=True, deadline=None)
ANY_TEXT = st.text(max_size=300) | st.from_regex(r"[0-9A-Za-z _\-./$]{0,40}", fullmatch=True)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("123-rating", "Rating123"),
        ("my control", "MyControl"),
        ("rating_for_products", "RatingForProducts"),
        ("ProductRating", "ProductRating"),
        ("productRating2", "ProductRating2"),
        ("4 stars 5", "Stars54"),
        ("../../etc/passwd", "EtcPasswd"),
        ("<script>", "Script"),
        ("größe", "GrE"),
        ("promise", "PromiseControl"),
        ("HTMLElement", "HTMLElementControl"),
    ],
)
def test_suggests(name, expected):
    assert expected == suggest(name, fallback="Rating")


@pytest.mark.parametrize("name", ["", "   ", "123", "评分", "!!!", "тест"])
def test_falls_back_where_no_letter_is_left(name):
    assert suggest(name, fallback="Rating") == "Rating"


def test_a_long_name_is_cut_to_what_a_name_may_hold():
    assert "A" * MAX_NAME == suggest("A" * 5000, fallback="Rating")


@NAMES
@given(ANY_TEXT)
@example("math")
@example("0a")
def test_a_suggestion_is_always_a_free_name_or_the_fallback(name):
    suggestion = suggest(name, fallback="Rating")

    assert PASCAL_CASE.fullmatch(suggestion)
    assert suggestion not in TAKEN


@NAMES
@given(ANY_TEXT)
def test_a_suggestion_is_its_own_suggestion(name):
    suggestion = suggest(name, fallback="Rating")

    assert suggestion == suggest(suggestion, fallback="Other")


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Max Stars", "maxStars"),
        ("max-stars", "maxStars"),
        ("Value", "value"),
        ("1", "value"),
        ("Map", "map"),
        ("URL field", "urlField"),
        ("A", "a"),
    ],
)
def test_camel_case(name, expected):
    assert expected == camel_case(name)


@NAMES
@given(ANY_TEXT)
def test_camel_case_always_gives_a_property_name(name):
    assert PASCAL_CASE.fullmatch(camel_case(name)[0].upper() + camel_case(name)[1:])
    assert camel_case(name)[0].islower()
