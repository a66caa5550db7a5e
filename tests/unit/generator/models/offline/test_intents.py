"""From signals to the intent, by rules that are data."""

import asyncio
from dataclasses import replace

import pytest
from pcf_generator.domain.capability import Kind
from pcf_generator.domain.intent import GlobalIntent, UiIntent
from pcf_generator.domain.language import MappingRule, WishRule
from pcf_generator.models.offline.intents import map_intent, map_wishes
from pcf_generator.ports.knowledge import BrainFileFault

DIAL = Kind("dial", "Dial", "Turns.", "input-control", "Dial", ("collect-number", "display-value"), (), (), ())
ALWAYS = {"said": {}, "denied": {}, "amounts": {}}


def sets(**values):
    return [MappingRule(lambda variables: True, {path.replace("__", "."): value for path, value in values.items()})]


def test_starts_from_the_kind():
    expected = GlobalIntent("input-control", "dial", UiIntent("collect-number"))

    assert expected == map_intent(DIAL, [], ALWAYS)


def test_a_kind_that_only_shows_a_value_is_read_only():
    gauge = replace(DIAL, classification="display-control")
    intent = map_intent(gauge, [], ALWAYS)

    assert (True, "none", "transient") == (intent.read_only, intent.behavior.validation, intent.behavior.persistence)


def test_an_unknown_kind_has_an_intent_too():
    assert GlobalIntent("utility-control", "unknown", UiIntent("display-value")) == map_intent(None, [], ALWAYS)


def test_sets_fields_by_their_path_in_the_schema():
    intent = map_intent(DIAL, sets(uiIntent__visualStyle="rich", interaction__inputMethod=["none"]), ALWAYS)

    assert ("rich", ("none",)) == (intent.ui_intent.visual_style, intent.interaction.input_method)


def test_later_rules_win():
    rules = [*sets(behavior__interactivity="read-only"), *sets(behavior__interactivity="editable")]

    assert not map_intent(DIAL, rules, ALWAYS).read_only


@pytest.mark.parametrize("answer", [False, None, "true", 1])
def test_a_condition_must_be_true(answer):
    rule = MappingRule(lambda variables: answer, {"uiIntent.visualStyle": "rich"})

    assert "standard" == map_intent(DIAL, [rule], ALWAYS).ui_intent.visual_style


@pytest.mark.parametrize("path", ["uiIntent.colour", "behaviour.interactivity", "classification.deep", ""])
def test_a_path_that_is_not_there_is_the_brains_fault(path):
    rule = MappingRule(lambda variables: True, {path: "x"})

    with pytest.raises(BrainFileFault, match=r"intent/mapping.yaml: the intent has no field"):
        map_intent(DIAL, [rule], ALWAYS)


def test_wishes_in_the_order_of_the_rules():
    rules = [WishRule("b", lambda v: True), WishRule("no", lambda v: False), WishRule("a", lambda v: True)]

    assert ("b", "a") == map_wishes(rules, ALWAYS)


@pytest.mark.parametrize("said", ["readOnly", "required", "minimal", "rich", "levelA", "levelAAA", "cdnFonts"])
def test_the_repositorys_rules_fit_the_intent(knowledge, said):
    rules = asyncio.run(knowledge.language("en"))
    concepts = rules.lexicon.concepts
    variables = {
        "said": {name: name == said for name in concepts},
        "denied": dict.fromkeys(concepts, False),
        "amounts": dict.fromkeys(concepts, 0.0),
    }

    assert map_intent(DIAL, [], variables) != map_intent(DIAL, rules.mappings, variables)
