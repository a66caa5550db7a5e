import pytest
from pcf_brain.domain.capability import Capability, Parameter, Property, property_types
from pcf_brain.loader import LoadedRelease


@pytest.fixture
def lamp(loaded: LoadedRelease) -> Capability:
    return loaded.release.capabilities["lamp"]


def test_it_says_what_it_is(lamp: Capability):
    told = (lamp.capability_id, lamp.display_name, lamp.classification, lamp.component_name, lamp.tags)
    assert told == ("lamp", "Lamp", "display-control", "Lamp", ("lamp", "light"))


def test_a_number_has_limits(lamp: Capability):
    assert lamp.parameters[1] == Parameter("warmth", "How warm it is.", "number", "2.7", 1, 6.5, ())


def test_a_boolean_is_told_as_text(lamp: Capability):
    assert lamp.parameters[2].default_value == "false"


def test_a_choice_has_its_choices(lamp: Capability):
    assert lamp.parameters[4].choices == ("small", "large")


def test_a_property_whose_type_depends_has_all_of_them(lamp: Capability):
    expected = Property("value", "How bright it is.", ("Decimal", "Whole.None"), "bound", required=False)
    assert expected == lamp.properties[0]


def test_a_property_may_be_required_whatever_the_prompt_says(lamp: Capability):
    assert [each.required for each in lamp.properties] == [False, True, False]


def test_a_prohibition_has_an_alternative(lamp: Capability):
    assert lamp.prohibitions[0].alternative == "Bind it to a column instead."


def test_only_prompts_that_work_are_shown_as_examples(lamp: Capability):
    expected = ("a lamp", "a lamp of 40 watts", "a dimmed lamp", "a large lamp")
    assert expected == lamp.example_prompts


def test_a_type_named_twice_is_told_once():
    assert property_types([{"when": "a", "is": "FP"}, {"when": "b", "is": "Decimal"}, {"is": "FP"}]) == (
        "FP",
        "Decimal",
    )
