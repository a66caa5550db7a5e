"""Stage 4: limits cut, fixes cure, and what no fix cures refuses."""

import pytest
from pcf_generator.domain.capability import Parameter
from pcf_generator.domain.finding import Action, Severity
from pcf_generator.domain.judgement import RuleResult, Specified
from pcf_generator.domain.refusal import Refusal
from pcf_generator.domain.rule import Category, Rule
from pcf_generator.domain.spec import Property
from pcf_generator.domain.stage import Stage
from pcf_generator.stages import validate

LEVEL = Parameter("level", "integer", "How far it turns.", 5, minimum=1, maximum=10)


def rule(rule_id, condition, *, severity=Severity.ERROR, category=Category.CORE, fix=""):
    return Rule(rule_id, severity, category, condition, f"{rule_id} is broken.", f"Mend {rule_id}.", fix)


HOLDS = rule("HOLDS", lambda variables: True)
BROKEN = rule("BROKEN", lambda variables: False)
WARNS = rule("WARNS", lambda variables: False, severity=Severity.WARNING)
CAMEL = rule(
    "CAMEL",
    lambda variables: all(prop["name"][0].islower() for prop in variables["spec"]["properties"]),
    fix="camel-case-properties",
)


@pytest.fixture
def run(make_knowledge, make_capability, make_spec):
    """Run the stage on the dial."""

    async def run_stage(*rules, level=5, **changes):
        knowledge = make_knowledge(make_capability(parameters=(LEVEL,)), rules=rules)
        return await validate.run(Specified(make_spec({"level": level}, **changes), ()), knowledge=knowledge)

    return run_stage


@pytest.fixture
def check_fails(run):
    """The stage refuses with the code; the problem of it."""

    async def check(code, *rules, **changes):
        with pytest.raises(Refusal) as refusal:
            await run(*rules, **changes)
        problem = refusal.value.problem
        assert (code, Stage.VALIDATE) == (problem.code, problem.stage)
        return problem

    return check


async def test_gives_the_specification_as_it_was(run, make_spec):
    validated = await run(HOLDS)

    assert (make_spec({"level": 5}), ()) == (validated.spec, validated.findings)
    assert (RuleResult("HOLDS", "error", "passed"),) == validated.results


async def test_gives_what_was_cut_first(run):
    validated = await run(WARNS, level=99)

    assert {"level": 10} == validated.spec.parameters
    assert [("PCF_LIMIT_001", Action.DOWNGRADED), ("WARNS", Action.NOTED)] == [
        (finding.rule_id, finding.action) for finding in validated.findings
    ]


async def test_rules_judge_what_was_cut(run):
    within = rule("WITHIN", lambda v: v["spec"]["capabilities"]["customizations"]["level"] <= 10)

    assert ["passed"] == [result.result for result in (await run(within, level=99)).results]


async def test_gives_what_was_fixed(run):
    validated = await run(CAMEL, properties=(Property("Max Value", "Whole.None", "bound"),))

    assert ["maxValue"] == [prop.name for prop in validated.spec.properties]
    assert [Action.FIXED] == [finding.action for finding in validated.findings]


@pytest.mark.parametrize(
    ("category", "code"),
    [
        (Category.CORE, "PCF-VAL-001"),
        (Category.PERFORMANCE, "PCF-VAL-002"),
        (Category.ACCESSIBILITY, "PCF-VAL-003"),
        (Category.SECURITY, "PCF-VAL-004"),
    ],
)
async def test_a_broken_rule_refuses_with_its_categorys_code(check_fails, category, code):
    await check_fails(code, HOLDS, rule("BROKEN", lambda variables: False, category=category))


async def test_the_first_of_several_gives_code_and_suggestion(check_fails):
    other = rule("OTHER", lambda variables: False, category=Category.SECURITY)
    problem = await check_fails("PCF-VAL-001", BROKEN, WARNS, other)

    assert {"rule": "BROKEN", "rules": "BROKEN OTHER"} == problem.details
    assert ("BROKEN is broken. OTHER is broken.", "Mend BROKEN.") == (problem.user_message, problem.suggestion)
    assert ("Mend OTHER.",) == problem.alternatives
