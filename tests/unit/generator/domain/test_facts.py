"""What the rules of a specification are told."""

import pytest
from pcf_generator.domain.capability import Parameter
from pcf_generator.domain.facts import spec_facts

TINT = Parameter("tint", "colour", "Its colour.", "#767676", against=("#FFFFFF", "#292929"), contrast=3.0)


@pytest.fixture
def facts(make_capability, make_spec):
    """The facts about a dial of a colour."""
    return lambda colour, parameter=TINT: spec_facts(make_capability(parameters=(parameter,)))(
        make_spec({parameter.name: colour})
    )


def test_a_colour_with_its_worst_contrast(facts):
    [colour] = facts("#0000FF")["facts"]["colours"]

    assert ("tint", "#0000FF", "#292929", 3.0) == (
        colour["name"],
        colour["value"],
        colour["background"],
        colour["required"],
    )
    assert colour["ratio"] == 1.69
    assert colour["nearest"].startswith("#")


def test_a_ratio_is_rounded_down(facts):
    [colour] = facts("#777777", Parameter("tint", "colour", "Its colour.", "#767676", against=("#FFFFFF",)))["facts"][
        "colours"
    ]

    assert colour["ratio"] == 4.47


def test_a_colour_that_stands_against_nothing_is_not_measured(facts):
    assert facts("#0000FF", Parameter("tint", "colour", "Its colour.", "#767676"))["facts"]["colours"] == []


def test_the_specification_is_a_document(facts):
    assert facts("#0000FF")["spec"]["componentName"] == "Dial"


def test_the_platform_types_are_sorted_and_known(facts):
    types = facts("#0000FF")["facts"]["pcfTypes"]

    assert sorted(types) == types
    assert {"Whole.None", "Decimal", "SingleLine.Email", "TwoOptions", "OptionSet"} <= set(types)
