import pytest
from pcf_brain.checks.values import misfit


@pytest.mark.parametrize(
    ("parameter", "value"),
    [
        ({"type": "integer", "minimum": 3, "maximum": 10}, 3),
        ({"type": "number", "minimum": 0, "maximum": 1}, 0.5),
        ({"type": "number", "minimum": 0, "maximum": 1}, 1),
        ({"type": "boolean"}, False),
        ({"type": "text", "maxLength": 3}, "abc"),
        ({"type": "choice", "choices": ["a", "b"]}, "b"),
        ({"type": "colour"}, "#00ff7F"),
    ],
)
def test_a_value_that_fits(parameter: dict[str, object], value: object):
    assert not misfit(parameter, value)


@pytest.mark.parametrize(
    ("parameter", "value", "expected"),
    [
        ({"type": "integer", "minimum": 3, "maximum": 10}, 11, "must be from 3 to 10"),
        ({"type": "integer", "minimum": 0, "maximum": 10}, True, "must be of type integer"),
        ({"type": "number", "minimum": 0, "maximum": 1}, "1", "must be of type number"),
        ({"type": "boolean"}, 1, "must be of type boolean"),
        ({"type": "text", "maxLength": 3}, "abcd", "must have at most 3 characters"),
        ({"type": "choice", "choices": ["a", "b"]}, "c", "must be one of a, b"),
        ({"type": "colour"}, "#fff", "must be a colour such as #8A6100"),
    ],
)
def test_a_value_that_does_not_fit(parameter: dict[str, object], value: object, expected: str):
    assert expected == misfit(parameter, value)
