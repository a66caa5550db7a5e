"""Stage 1: a prompt is read, or refused, or asked back."""

import pytest
from pcf_generator.domain.refusal import Choice, Clarification, Question, Refusal
from pcf_generator.domain.stage import Stage
from pcf_generator.ports.model import Brief
from pcf_generator.stages import interpret

QUESTION = Question("kind", "PCF-INT-002", "Which?", (Choice("a", "A"), Choice("b", "B")))


@pytest.fixture
def run(make_knowledge, make_model, interpretation):
    """Run the stage on a prompt with a model's reply."""

    async def run_stage(prompt, reply=interpretation, **given):
        model = make_model(reply)
        return await interpret.run(Brief(prompt, **given), knowledge=make_knowledge(), model=model)

    return run_stage


@pytest.fixture
def check_fails(run):
    """The stage refuses with the code; the problem of it."""

    async def check(prompt, code="PCF-INT-001", **given):
        with pytest.raises(Refusal) as refusal:
            await run(prompt, **given)
        problem = refusal.value.problem
        assert (code, Stage.INTERPRET) == (problem.code, problem.stage)
        assert problem.suggestion
        return problem

    return check


async def test_gives_the_models_interpretation(run, interpretation):
    assert interpretation == await run("a dial")


@pytest.mark.parametrize("prompt", ["x", "x" * 5000, "⭐" * 5000, " x ", "\ufeffx", "a\x01b"])
async def test_takes_any_text_up_to_its_limit(run, interpretation, prompt):
    assert interpretation == await run(prompt)


@pytest.mark.parametrize("prompt", ["", " ", "\n\t\r", "\u2003\u00a0", "\u2028"])
async def test_an_empty_prompt(check_fails, prompt):
    assert "empty" in (await check_fails(prompt)).user_message


@pytest.mark.parametrize("prompt", ["x" * 5001, " " * 5000 + "x"])
async def test_a_prompt_that_is_too_long(check_fails, prompt):
    assert "too long" in (await check_fails(prompt)).user_message


async def test_a_nul_character(check_fails):
    assert "NUL" in (await check_fails("a dial\x00")).user_message


async def test_a_language_that_nobody_reads(check_fails):
    assert "language" in (await check_fails("un cadran", reply=None, language="fr")).user_message


async def test_a_question_stops_the_build(run):
    with pytest.raises(Clarification) as stop:
        await run("a dial", reply=QUESTION)

    assert QUESTION == stop.value.question


async def test_a_refused_prompt_is_not_shown_to_the_model(make_knowledge, make_model, interpretation):
    model = make_model(interpretation)
    with pytest.raises(Refusal):
        await interpret.run(Brief("x" * 5001), knowledge=make_knowledge(), model=model)

    assert [] == model.asked
