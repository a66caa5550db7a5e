"""The two questions of the pipeline, answered by word lists and rules alone."""

import sys
from dataclasses import replace

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from pcf_generator.domain.build import BuildOptions
from pcf_generator.domain.intent import Interpretation
from pcf_generator.domain.refusal import Question
from pcf_generator.models.offline.engine import KIND_CERTAIN, KIND_UNKNOWN, OfflineEngine
from pcf_generator.ports.knowledge import LanguageUnknown
from pcf_generator.ports.model import Brief, Draft

WORDS = [
    "star", "rating", "slider", "toggle", "no", "not", "but", "5", "-5", "from", "to", "half", "blue", "#06c",
    "named", "'x'", "read-only", "editable", "required", "animation", "2s", "for", "with", ".", "⭐", "評分",
]  # fmt: skip
PROMPTS = st.lists(st.sampled_from(WORDS), max_size=25).map(" ".join) | st.text(max_size=200)


@pytest.fixture(scope="module")
def engine():
    """One for all: what it keeps must not matter."""
    return OfflineEngine()


async def interpret(engine, knowledge, prompt, **answers):
    return await engine.interpret(Brief(prompt, answers=answers), knowledge=knowledge)


async def specify(engine, knowledge, prompt, kind="star-rating", **answers):
    brief = Brief(prompt, answers=answers)
    return await engine.specify(brief, await knowledge.capability(kind), knowledge=knowledge)


@pytest.mark.parametrize(
    ("prompt", "kind"),
    [
        ("a star rating", "star-rating"),
        ("a slider for star ratings", "slider"),
        ("not a slider but a toggle", "toggle"),
        ("Create a component named ProductRating", "star-rating"),
        ("Create a component named '123-rating'", "star-rating"),
        ("a toggle named ProductRating", "toggle"),
    ],
)
async def test_finds_the_kind(engine, knowledge, prompt, kind):
    found = await interpret(engine, knowledge, prompt)

    assert (kind, KIND_CERTAIN) == (found.kind, found.confidence)


async def test_an_unknown_kind_says_what_was_wanted(engine, knowledge):
    found = await interpret(engine, knowledge, "a blockchain validator for coins")

    assert ("", "blockchain validator", KIND_UNKNOWN) == (found.kind, found.wanted, found.confidence)


@pytest.mark.parametrize("prompt", ["make something", "please", "!!!", "⭐", "a control", "make not a slider"])
async def test_asks_for_the_kind_when_nothing_is_named(engine, knowledge, prompt):
    question = await interpret(engine, knowledge, prompt)

    assert ("kind", "PCF-INT-002") == (question.question_id, question.code)
    assert {kind.id for kind in await knowledge.kinds("en")} == {choice.choice_id for choice in question.choices}


async def test_a_tie_asks_among_the_leaders(engine, knowledge):
    question = await interpret(engine, knowledge, "a slider or a toggle")

    assert ["slider", "toggle"] == [choice.choice_id for choice in question.choices]


async def test_the_answer_breaks_the_tie(engine, knowledge):
    assert "toggle" == (await interpret(engine, knowledge, "a slider or a toggle", kind="toggle")).kind


async def test_a_contradiction_is_asked_before_the_kind(engine, knowledge):
    question = await interpret(engine, knowledge, "make something read-only and editable")

    assert ("read-only-or-editable", "PCF-INT-003") == (question.question_id, question.code)


@pytest.mark.parametrize(
    ("prompt", "names"),
    [
        ("a rating named Stars in the namespace Contoso", ("Stars", "Contoso")),
        ("a rating for names", ("", "")),
    ],
)
async def test_names(engine, knowledge, prompt, names):
    found = await interpret(engine, knowledge, prompt)

    assert names == (found.component_name, found.namespace)


async def test_subject_and_wishes(engine, knowledge):
    found = await interpret(engine, knowledge, "a rating for product reviews that auto-submits to an external API")

    assert "product reviews" == found.subject
    assert {"auto-submit", "external-api"} == set(found.wishes)


async def test_reads_parameters(engine, knowledge):
    draft = await specify(engine, knowledge, "7 small purple stars rating, no half stars, sparkling")

    assert {"maxStars": 7, "size": "small", "filledColor": "#5C2D91", "allowHalf": False} == draft.parameters
    assert ("sparkling",) == draft.unmapped_phrases


@pytest.mark.parametrize(
    ("prompt", "choices"),
    [
        ("5 stars and 7 stars", ["5", "7"]),
        ("half stars, no half stars", ["true", "false"]),
        ("small stars, large stars", ["small", "large"]),
    ],
)
async def test_two_values_ask_and_every_answer_settles_it(engine, knowledge, prompt, choices):
    question = await specify(engine, knowledge, prompt)

    assert "PCF-INT-003" == question.code
    assert choices == [choice.choice_id for choice in question.choices]
    for choice in choices:
        answered = await specify(engine, knowledge, prompt, **{question.question_id: choice})
        assert choice == str(next(iter(answered.parameters.values()))).lower()


async def test_an_answer_that_is_no_choice_asks_again(engine, knowledge):
    asked = await specify(engine, knowledge, "5 stars and 7 stars", **{"parameter.maxStars": "9"})

    assert "parameter.maxStars" == asked.question_id


async def test_a_question_fits_into_an_answer(engine, knowledge):
    """An answer's ids hold 100 characters; a text from the prompt may be longer."""
    prompt = f"mask {'9' * 300} and mask {'0' * 300}"
    question = await specify(engine, knowledge, prompt, kind="text-input")

    assert isinstance(question, Question)
    assert all(1 <= len(choice.choice_id) <= 100 for choice in question.choices)


async def test_a_language_without_a_lexicon(engine, knowledge):
    with pytest.raises(LanguageUnknown):
        await engine.interpret(Brief("une notation", "xx"), knowledge=knowledge)


@settings(max_examples=80, derandomize=True, deadline=None)
@given(PROMPTS)
@example("named")
@example("9" * 4999)
@example("from to from to -")
async def test_every_prompt_has_a_reply(engine, knowledge, prompt):
    reply = await interpret(engine, knowledge, prompt)

    assert isinstance(reply, Interpretation | Question)
    if isinstance(reply, Question):
        assert len(reply.choices) >= 2
    for kind in ("star-rating", "slider"):
        assert isinstance(await specify(engine, knowledge, prompt, kind=kind), Draft | Question)


@settings(max_examples=40, derandomize=True, deadline=None)
@given(PROMPTS)
async def test_what_an_engine_has_read_before_does_not_matter(engine, knowledge, prompt):
    assert await interpret(OfflineEngine(), knowledge, prompt) == await interpret(engine, knowledge, prompt)
    assert await specify(OfflineEngine(), knowledge, prompt) == await specify(engine, knowledge, prompt)


async def test_another_release_is_read_anew(engine, knowledge):
    """Phrases are kept by the release's name."""
    other = replace(knowledge, release="releases/other", files=changed(knowledge.files))
    english = await interpret(engine, knowledge, "a wheel of stars")

    assert ("star-rating", "toggle") == (
        english.kind,
        (await interpret(engine, other, "a wheel of cheese")).kind,
    )


def changed(files):
    path = "derived/kinds.en.json"
    return {**files, path: files[path].replace('"toggle switch"', '"wheel"')}


@pytest.mark.parametrize("piece", ["star rating ", "5 stars, no ", "very big ", "named 'x' ", "⭐"])
async def test_work_grows_with_the_length(engine, knowledge, piece):
    """Lines of Python run, a measure that no clock and no neighbour disturbs."""

    async def steps(length):
        count = 0

        def count_lines(frame, event, argument):
            nonlocal count
            count += event == "line"
            return count_lines

        prompt = piece * (length // len(piece))
        sys.settrace(count_lines)
        try:
            await interpret(engine, knowledge, prompt)
            await specify(engine, knowledge, prompt)
        finally:
            sys.settrace(None)
        return count

    await interpret(engine, knowledge, piece)
    await specify(engine, knowledge, piece)
    assert await steps(2000) <= 5 * await steps(500)


async def test_options_are_no_matter_of_the_engine(engine, knowledge):
    plain = await engine.interpret(Brief("a star rating"), knowledge=knowledge)
    named = await engine.interpret(Brief("a star rating", options=BuildOptions("Name")), knowledge=knowledge)

    assert plain == named
