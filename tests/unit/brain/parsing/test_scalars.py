import pytest
from pcf_brain.parsing.scalars import ScalarError, ScalarReader


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("blue", "blue"),
        ("true", True),
        ("False", False),
        ("", None),
        ("~", None),
        ("0", 0),
        ("-12", -12),
        ("2.70", 2.7),
        ("-0.5", -0.5),
        ("1.2.3", "1.2.3"),
        ("#8A6100", "#8A6100"),
        ("12 stars", "12 stars"),
        ("Whole.None", "Whole.None"),
    ],
)
def test_what_all_readers_agree_on_is_read(text: str, expected: object):
    value = ScalarReader().read(text)
    assert (type(expected), expected) == (type(value), value)


@pytest.mark.parametrize(
    "text",
    [
        "on",
        "Off",
        "yes",
        "NO",
        "010",
        "0x1F",
        "1_000",
        "1:30",
        "2024-01-01",
        "1e3",
        "<<",
        "=",
        ".inf",
        ".nan",
    ],
)
def test_what_readers_disagree_on_is_refused(text: str):
    with pytest.raises(ScalarError, match="means different things"):
        ScalarReader().read(text)


def test_a_number_too_large_for_a_float_is_refused():
    with pytest.raises(ScalarError, match="no finite number"):
        ScalarReader().read("1.0e+999")


def test_a_number_of_very_many_digits_is_refused_before_it_is_converted():
    with pytest.raises(ScalarError, match="too long for a number"):
        ScalarReader().read("9" * 100_000)
