"""Stage 4 of 7, validate: holds a specification against the limits and the rules.

Takes:  Specified                  Gives:  Validated (repaired, with findings and every rule's result)
Asks:   the brain                  Fails:  PCF-VAL-001 (core), -002 (performance), -003 (accessibility), -004 (security)
"""

from collections.abc import Sequence

from pcf_generator.domain.facts import spec_facts
from pcf_generator.domain.fixes import SPEC_FIXES
from pcf_generator.domain.judgement import Specified, Validated
from pcf_generator.domain.judging import judge
from pcf_generator.domain.limits import within_limits
from pcf_generator.domain.refusal import Problem, Refusal
from pcf_generator.domain.rule import Rule
from pcf_generator.domain.stage import Stage
from pcf_generator.ports.knowledge import Knowledge


async def run(specified: Specified, *, knowledge: Knowledge) -> Validated:
    """Cut what is over a limit, fix what a rule can fix, refuse what no fix cures."""
    spec = specified.spec
    capability = await knowledge.capability(spec.component_type, stage=Stage.VALIDATE)
    cut, downgrades = within_limits(spec, capability)
    verdict = judge(cut, await knowledge.specification_rules(), facts=spec_facts(capability), fixes=SPEC_FIXES)
    if verdict.refused_by:
        raise Refusal(_refused(verdict.refused_by))
    return Validated(verdict.subject, downgrades + verdict.findings, verdict.results)


def _refused(rules: Sequence[Rule]) -> Problem:
    first = rules[0]
    return Problem(
        code=first.category.code,
        stage=Stage.VALIDATE,
        message="refused by " + ", ".join(rule.id for rule in rules),
        user_message=" ".join(rule.message for rule in rules),
        suggestion=first.suggestion,
        alternatives=tuple(rule.suggestion for rule in rules[1:]),
        details={"rule": first.id, "rules": " ".join(rule.id for rule in rules)},
    )
