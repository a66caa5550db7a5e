"""Stage 5: the final specification fits its kind, or it says what does not fit together."""

import pytest
from pcf_generator.domain.capability import Check, Parameter, Prohibition
from pcf_generator.domain.judgement import Approved, Validated
from pcf_generator.domain.refusal import Refusal
from pcf_generator.domain.stage import Stage
from pcf_generator.stages import approve

LOW = Parameter("low", "integer", "Lower limit.", 0, minimum=0, maximum=10)
HIGH = Parameter("high", "integer", "Upper limit.", 10, minimum=0, maximum=10)
SIZE = Parameter("size", "choice", "How big.", "small", choices=("small", "large"))
ORDER = Check(lambda v: v["parameters"]["low"] >= v["parameters"]["high"], "Low is not below high.", "Swap them.")
SOUND = Prohibition("sound", "sound", "It is silent.", "Ask for a light.")
PLAIN = {"low": 0, "high": 10, "size": "small"}


@pytest.fixture
def run(make_knowledge, make_capability, make_spec):
    """Run the stage on the dial with these parameters."""

    async def run_stage(values=None, *, faults=(), **changes):
        dial = make_capability(parameters=(LOW, HIGH, SIZE), checks=(ORDER,), prohibitions=(SOUND,))
        spec = make_spec({**PLAIN, **(values or {})}, **changes)
        return await approve.run(Validated(spec, (), ()), knowledge=make_knowledge(dial, faults=faults))

    return run_stage


async def test_gives_the_specification_and_the_release(run, make_spec):
    assert Approved(make_spec(PLAIN), "releases/test") == await run()


@pytest.mark.parametrize(
    ("values", "changes", "said", "suggested"),
    [
        ({"low": 5, "high": 5}, {}, "Low is not below high.", "Swap them."),
        ({"high": 11}, {}, "high is out of its limits.", "Upper limit."),
        ({"size": "tall"}, {}, "size is none of its choices.", "Choose one of small, large."),
        ({}, {"wishes": ("sound",)}, "It is silent.", "Ask for a light."),
        ({}, {"faults": ("version: wrong",)}, "The specification no longer fits its schema.", "Tell the operators"),
    ],
    ids=["a check", "a limit", "a choice", "a prohibition", "the schema"],
)
async def test_refuses(run, values, changes, said, suggested):
    with pytest.raises(Refusal) as refusal:
        await run(values, **changes)
    problem = refusal.value.problem

    assert ("PCF-VAL-005", Stage.APPROVE, said) == (problem.code, problem.stage, problem.user_message)
    assert problem.suggestion.startswith(suggested)


async def test_a_wish_that_the_kind_does_not_know_is_no_misfit(run):
    assert ("custom-script",) == (await run(wishes=("custom-script",))).spec.wishes


@pytest.mark.parametrize("answer", [False, None, "true", 1])
async def test_only_true_is_a_misfit(make_knowledge, make_capability, make_spec, answer):
    dial = make_capability(checks=(Check(lambda variables: answer, "No.", "Yes."),))

    assert await approve.run(Validated(make_spec(), (), ()), knowledge=make_knowledge(dial))
