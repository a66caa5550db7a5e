"""Severity and fix decide: error without a cure refuses, the rest is told."""

import pytest
from pcf_generator.domain.finding import Action, Severity
from pcf_generator.domain.judging import judge
from pcf_generator.domain.rule import Category, Rule


def rule(severity, *, fix="", rule_id="R1", condition=lambda facts: facts["value"] == "good", details=None):
    """A rule that wants the value to be good."""
    return Rule(rule_id, severity, Category.CORE, condition, "It is bad.", "Make it good.", fix, details)


def judged(subject, *rules, fixes=None):
    return judge(subject, rules, facts=lambda value: {"value": value}, fixes=fixes or {})


CURES = {"cure": lambda value: "good", "harm": lambda value: "worse", "nothing": lambda value: value}


@pytest.mark.parametrize(
    ("severity", "fix", "action", "refuses"),
    [
        (Severity.ERROR, "", Action.REJECTED, True),
        (Severity.ERROR, "cure", Action.FIXED, False),
        (Severity.ERROR, "harm", Action.REJECTED, True),
        (Severity.ERROR, "nothing", Action.REJECTED, True),
        (Severity.WARNING, "", Action.NOTED, False),
        (Severity.WARNING, "cure", Action.FIXED, False),
        (Severity.WARNING, "harm", Action.NOTED, False),
        (Severity.WARNING, "nothing", Action.NOTED, False),
        (Severity.INFO, "", Action.NOTED, False),
        (Severity.INFO, "cure", Action.FIXED, False),
        (Severity.INFO, "harm", Action.NOTED, False),
        (Severity.INFO, "nothing", Action.NOTED, False),
    ],
)
def test_a_broken_rule(severity, fix, action, refuses):
    broken = rule(severity, fix=fix)
    verdict = judged("bad", broken, fixes=CURES)

    assert [(severity, action)] == [(finding.severity, finding.action) for finding in verdict.findings]
    assert [action.value] == [result.result for result in verdict.results]
    assert ((broken,) if refuses else ()) == verdict.refused_by
    assert ("good" if action is Action.FIXED else "bad") == verdict.subject


@pytest.mark.parametrize("severity", Severity)
def test_a_rule_that_holds_says_nothing(severity):
    verdict = judged("good", rule(severity, fix="harm"), fixes=CURES)

    assert ("good", (), ()) == (verdict.subject, verdict.findings, verdict.refused_by)
    assert ["passed"] == [result.result for result in verdict.results]


@pytest.mark.parametrize("answer", ["true", 1, None, "good", [True]])
def test_only_true_is_true(answer):
    assert judged("good", rule(Severity.ERROR, condition=lambda facts: answer)).refused_by


def test_a_fix_counts_for_the_rules_after_it():
    verdict = judged("bad", rule(Severity.ERROR, fix="cure"), rule(Severity.ERROR, rule_id="R2"), fixes=CURES)

    assert ["fixed", "passed"] == [result.result for result in verdict.results]


def test_a_fix_comes_too_late_for_the_rules_before_it():
    verdict = judged("bad", rule(Severity.ERROR, rule_id="R0"), rule(Severity.ERROR, fix="cure"), fixes=CURES)

    assert ["R0"] == [refused.id for refused in verdict.refused_by]


def test_every_refusing_rule_is_named():
    verdict = judged("bad", *(rule(Severity.ERROR, rule_id=f"R{n}") for n in range(3)))

    assert ["R0", "R1", "R2"] == [refused.id for refused in verdict.refused_by]


@pytest.mark.parametrize(
    ("details", "message"),
    [
        (lambda facts: ["a", "b"], "It is bad. (a; b)"),
        (lambda facts: [], "It is bad."),
        (lambda facts: "no list", "It is bad."),
        (None, "It is bad."),
    ],
)
def test_details_say_what_exactly(details, message):
    [finding] = judged("bad", rule(Severity.WARNING, details=details)).findings

    assert (message, "Make it good.") == (finding.message, finding.suggestion)
