from collections.abc import Callable
from pathlib import Path

import pytest

Problems = Callable[[], list[str]]
Edit = Callable[[str, str, str], None]

_LAMP = "capabilities/lamp/capability.yaml"


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("id: lamp\n", "id: lantern\n", "1: id is `lantern`, its folder `lamp`"),
        ("name: warmth", "name: watts", "13: `watts` stands in parameters twice"),
        ("minimum: 5, maximum: 100", "minimum: 100, maximum: 5", "14: minimum must be less than maximum"),
        ("default: 60", "default: 101", "14: the default must be from 5 to 100"),
        ("default: 60", "default: 60.5", "14: the default must be of type integer"),
        ("default: 2.7", "default: true", "15: the default must be of type number"),
        ("default: false", "default: 'no'", "16: the default must be of type boolean"),
        (
            'default: "", maxLength: 20',
            'default: "more than two characters", maxLength: 2',
            "17: the default must have at most 2 characters",
        ),
        ("default: small}", "default: huge}", "18: the default must be one of small, large"),
        ('default: "#8A6100"', 'default: "brown"', "19: the default must be a colour such as #8A6100"),
        ("{watts} watt|watts", "{volts} watt|watts", "22: `volts` is no parameter"),
        ("{dimmed: true, watts: 10}", "{dim: true, watts: 10}", "23: `dim` is no parameter"),
        ("watts: 10}", "watts: 1000}", "23: the value of `watts` must be from 5 to 100"),
        (
            '"{watts} watt|watts"',
            '"watt|watts"',
            "22: the phrase sets nothing: capture a parameter or `set` one",
        ),
        (
            "{name: value, usage: bound",
            "{name: value, usage: input",
            "26: one bound property must always be there: it is the value",
        ),
        (
            "{is: Whole.None}],",
            "{when: parameters.watts > 1, is: Whole.None}],",
            "27: property `value`: the last entry of ofType must have no condition",
        ),
        (
            "{when: parameters.dimmed, is: Decimal}",
            "{is: Decimal}",
            "27: property `value`: an entry of ofType without a condition hides those after it",
        ),
        ("values: [small, large], ", "", "29: property `size`: an Enum needs values"),
        (
            "ofType: SingleLine.Text",
            "ofType: SingleLine.Text, values: [a]",
            "28: property `label`: only an Enum",
        ),
        (
            "default: size}",
            "default: length}",
            "29: property `size`: default names `length`, which is no parameter",
        ),
        (
            "required: fromIntent}",
            "default: watts}",
            "27: property `value`: only an input has a default",
        ),
        (
            "values: [small, large]",
            "values: [small]",
            "29: property `size`: its values must hold every choice of the parameter `size`",
        ),
        ("wish: external-api", "wish: telepathy", "31: `telepathy` is no wish of intent/mapping.yaml"),
        (
            "  de: {strong: [Lampe]}\n",
            "",
            "8: there are no words in `de`, so nobody could ask for this kind in that language",
        ),
    ],
)
def test_a_kind_that_contradicts_itself(edit: Edit, problems: Problems, old: str, new: str, expected: str):
    edit(_LAMP, old, new)
    assert [each for each in problems() if each.startswith(f"{_LAMP}:{expected}")] != []


def test_an_optional_bound_property_is_no_value(edit: Edit, problems: Problems):
    edit(_LAMP, "required: fromIntent}", "include: parameters.dimmed}")
    (problem,) = problems()
    assert problem.endswith("one bound property must always be there: it is the value")


def test_wishes_are_not_judged_where_the_mapping_names_none(brain: Path, edit: Edit, problems: Problems):
    edit(_LAMP, "wish: external-api", "wish: telepathy")
    (brain / "intent/mapping.yaml").write_text("intent: []")
    assert problems() == []


def test_all_faults_of_all_kinds_are_told_together(edit: Edit, problems: Problems):
    edit(_LAMP, "default: 60", "default: 600")
    edit(_LAMP, "default: 2.7", "default: 27")
    edit("capabilities/dial/capability.yaml", "default: 60", "default: 0")
    expected = ["capabilities/dial/capability.yaml", _LAMP, _LAMP]
    assert expected == [each.split(":")[0] for each in problems()]
