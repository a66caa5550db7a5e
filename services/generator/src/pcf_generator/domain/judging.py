"""Applies rules to facts: what holds, what is fixed, what is told, what refuses."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from pcf_generator.domain.finding import Action, Finding, Severity
from pcf_generator.domain.judgement import RuleResult
from pcf_generator.domain.rule import Rule

Subject = TypeVar("Subject")
Facts = Callable[[Subject], Mapping[str, object]]
Fix = Callable[[Subject], Subject]


@dataclass(frozen=True, slots=True)
class Verdict(Generic[Subject]):
    """The subject after fixes, and what every rule gave."""

    subject: Subject
    findings: tuple[Finding, ...]
    results: tuple[RuleResult, ...]
    refused_by: tuple[Rule, ...]


def judge(
    subject: Subject, rules: Sequence[Rule], *, facts: Facts[Subject], fixes: Mapping[str, Fix[Subject]]
) -> Verdict[Subject]:
    """Run every rule in order; a rule whose fix makes it hold changes the subject for those after it."""
    findings: list[Finding] = []
    results: list[RuleResult] = []
    refused: list[Rule] = []
    known = facts(subject)
    for rule in rules:
        action: Action | None = None
        if rule.condition(known) is not True:
            action = Action.REJECTED if rule.severity is Severity.ERROR else Action.NOTED
            findings.append(_finding(rule, action, known))
            fixed = fixes[rule.fix](subject) if rule.fix else subject
            if fixed != subject and rule.condition(facts(fixed)) is True:
                action = Action.FIXED
                findings[-1] = _finding(rule, action, known)
                subject, known = fixed, facts(fixed)
            if action is Action.REJECTED:
                refused.append(rule)
        results.append(RuleResult(rule.id, rule.severity, action.value if action else "passed"))
    return Verdict(subject, tuple(findings), tuple(results), tuple(refused))


def _finding(rule: Rule, action: Action, facts: Mapping[str, object]) -> Finding:
    specifics = rule.details(facts) if rule.details else ()
    listed = "; ".join(str(item) for item in specifics) if isinstance(specifics, list | tuple) else ""
    return Finding(
        rule.id,
        rule.severity,
        action,
        f"{rule.message} ({listed})" if listed else rule.message,
        rule.suggestion,
    )
