"""Contrast is WCAG's, and the nearest passing colour passes."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from pcf_generator.domain.colour import contrast, nearest_passing, worst_contrast

COLOURS = st.from_regex(r"#[0-9A-F]{6}", fullmatch=True)
MODEST = settings(max_examples=60, derandomize=True, deadline=None)


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("#000000", "#FFFFFF", 21.0),
        ("#767676", "#FFFFFF", 4.54),
        ("#777777", "#FFFFFF", 4.48),
        ("#949494", "#FFFFFF", 3.03),
        ("#0000FF", "#FFFFFF", 8.59),
        ("#FF0000", "#FFFFFF", 4.0),
        ("#FFFF00", "#FFFFFF", 1.07),
        ("#FFFFFF", "#FFFFFF", 1.0),
        ("#0a0a0a", "#0A0A0A", 1.0),
    ],
)
def test_known_values(one, other, expected):
    assert expected == pytest.approx(contrast(one, other), abs=0.005)


@MODEST
@given(COLOURS, COLOURS)
def test_contrast_has_no_direction_and_lies_between_1_and_21(one, other):
    assert contrast(one, other) == contrast(other, one)
    assert 1 <= contrast(one, other) <= 21.0000001


def test_the_worst_background_counts():
    ratio, background = worst_contrast("#767676", ("#FFFFFF", "#292929"))

    assert "#292929" == background
    assert contrast("#767676", "#292929") == ratio


def test_a_colour_that_passes_is_its_own_nearest():
    assert nearest_passing("#767676", ("#FFFFFF",), 4.5) == "#767676"


def test_the_nearest_is_near():
    assert nearest_passing("#777777", ("#FFFFFF",), 4.5) == "#767676"


def test_between_two_backgrounds_there_may_be_none():
    assert nearest_passing("#FF0000", ("#FFFFFF", "#000000"), 4.6) == ""


@MODEST
@given(COLOURS, st.lists(COLOURS, min_size=1, max_size=3).map(tuple), st.floats(1, 21))
@example("#0000FF", ("#FFFFFF", "#292929"), 3.0)
def test_nearest_passing_passes_everywhere_or_says_none(colour, backgrounds, ratio):
    nearest = nearest_passing(colour, backgrounds, ratio)

    assert nearest == "" or ratio <= worst_contrast(nearest, backgrounds)[0]
    assert nearest or all(worst_contrast(grey, backgrounds)[0] < ratio for grey in ("#000000", "#FFFFFF"))


@MODEST
@given(COLOURS)
def test_one_background_always_has_a_passing_colour(colour):
    assert nearest_passing(colour, ("#FFFFFF",), 4.5)
