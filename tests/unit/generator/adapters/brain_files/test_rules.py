"""A derived file of rules, read into rules."""

import json

import pytest
from pcf_generator.adapters.brain_files.rules import rules
from pcf_generator.domain.finding import Severity
from pcf_generator.domain.rule import Category
from pcf_generator.ports.knowledge import BrainFileFault

PATH = "derived/rules.code.json"
RULE = {
    "id": "PCF_X_001",
    "severity": "warning",
    "category": "security",
    "judges": "code",
    "condition": "size(code.found) == 0",
    "message": "Something was found.",
    "suggestion": "Remove it.",
}


def read(*entries):
    return rules(PATH, json.dumps(entries))


def test_reads_a_rule():
    [rule] = read(RULE)

    assert ("PCF_X_001", Severity.WARNING, Category.SECURITY) == (rule.id, rule.severity, rule.category)
    assert ("Something was found.", "Remove it.", "", None) == (rule.message, rule.suggestion, rule.fix, rule.details)
    assert rule.condition({"code": {"found": []}}) is True


def test_reads_details_and_a_fix():
    [rule] = read({**RULE, "details": "code.found", "fix": "remove-it"})

    assert ("remove-it", ["a"]) == (rule.fix, rule.details({"code": {"found": ["a"]}}))


def test_keeps_the_order_of_the_file():
    assert ["b", "a"] == [rule.id for rule in read({**RULE, "id": "b"}, {**RULE, "id": "a"})]


@pytest.mark.parametrize(
    "changes", [{"severity": "fatal"}, {"category": "beauty"}, {"condition": "size("}, {"details": ")"}]
)
def test_a_rule_that_does_not_fit_names_the_file(changes):
    with pytest.raises(BrainFileFault, match=f"^{PATH}: "):
        read({**RULE, **changes})


@pytest.mark.parametrize("field", ["id", "severity", "category", "condition", "message", "suggestion"])
def test_a_rule_without_a_field_names_the_file(field):
    with pytest.raises(BrainFileFault, match=f"^{PATH}: .*{field}"):
        read({name: value for name, value in RULE.items() if name != field})
