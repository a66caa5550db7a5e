"""The offline engine first, a language model where it is unsure, and never against what it is sure of."""

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest
import yaml
from pcf_generator.domain.intent import Interpretation
from pcf_generator.domain.refusal import Question
from pcf_generator.models.answers import NoAnswer
from pcf_generator.models.failures import FailureKind
from pcf_generator.models.money import CapReached, Payer
from pcf_generator.models.offline.engine import OfflineEngine
from pcf_generator.ports.knowledge import LanguageUnread
from pcf_generator.ports.model import Brief

from tests.unit.generator.doubles.asks import ScriptedAsks, considered, reads, sets

BRAIN = Path(__file__).parents[4] / "ai-brain"
EXAMPLES = [
    e["prompt"] for path in sorted(BRAIN.glob("capabilities/*/examples.yaml")) for e in yaml.safe_load(path.read_text())
]
GERMAN = "Sterne zum Bewerten von Hotels, nur zum Ansehen"
SEVERAL = "something with stars or a toggle"
OUTAGE = NoAnswer(FailureKind.NETWORK)


async def interpret(knowledge, asks, prompt, language="en", **answers):
    return await considered(asks).interpret(Brief(prompt, language, answers=answers), knowledge=knowledge)


async def specify(knowledge, asks, prompt, language="en", kind="star-rating", **answers):
    capability = await knowledge.capability(kind)
    return await considered(asks).specify(Brief(prompt, language, answers=answers), capability, knowledge=knowledge)


# --- what the engine is sure of


@pytest.mark.parametrize("prompt", EXAMPLES)
async def test_who_is_sure_asks_nobody(knowledge, prompt):
    """A kind that is certain, and a contradiction, which is the maker's to settle."""
    own = await OfflineEngine().interpret(Brief(prompt), knowledge=knowledge)
    is_sure = bool(own.kind) if isinstance(own, Interpretation) else own.question_id != "kind"
    asks = ScriptedAsks(intent=reads("toggle", 1.0, readOnly=True, required=True, wishes=["external-api"]))
    reply = await interpret(knowledge, asks, prompt)
    assert ([], own) == (asks.asked, reply) if is_sure else ["INTERPRET_INTENT"] == asks.purposes


@pytest.mark.parametrize(
    ("prompt", "answer", "expected"),
    [
        ("emoji satisfaction that people edit", {"readOnly": True}, {"read_only": False}),
        ("required emoji satisfaction", {"required": False}, {"required": True}),
        ("emoji satisfaction, view only", {"readOnly": False}, {"read_only": True}),
    ],
)
async def test_what_the_prompt_says_plainly_stands(knowledge, prompt, answer, expected):
    reply = await interpret(knowledge, ScriptedAsks(intent=reads("star-rating", **answer)), prompt)
    assert expected == {name: getattr(reply.intent, name) for name in expected}


async def test_a_style_that_the_prompt_names_stands(knowledge):
    reply = await interpret(
        knowledge, ScriptedAsks(intent=reads("star-rating", style="rich")), "simple emoji satisfaction"
    )
    assert "minimal" == reply.intent.ui_intent.visual_style


async def test_a_name_in_the_prompt_stands(knowledge):
    asks = ScriptedAsks(intent=reads("star-rating", componentName="Satisfaction"))
    reply = await interpret(knowledge, asks, "Emoji satisfaction named Smileys")
    assert "Smileys" == reply.component_name


async def test_a_wish_that_the_prompt_makes_stands(knowledge):
    reply = await interpret(
        knowledge, ScriptedAsks(intent=reads("star-rating")), "emoji satisfaction that calls a web api"
    )
    assert ("external-api",) == reply.wishes


async def test_a_wish_that_the_prompt_rules_out_is_none(knowledge):
    asks = ScriptedAsks(intent=reads("star-rating", wishes=["external-api", "sound"]))
    reply = await interpret(knowledge, asks, "emoji satisfaction without any web api")
    assert ("sound",) == reply.wishes


async def test_among_several_kinds_it_must_be_one_of_them(knowledge):
    asks = ScriptedAsks(intent=reads("slider", 1.0))
    reply = await interpret(knowledge, asks, SEVERAL)
    assert ["star-rating", "toggle", "none", "unclear"] == asks.asked[0].schema["properties"]["kind"]["enum"]
    assert ["star-rating", "toggle"] == [choice.choice_id for choice in reply.choices]


async def test_among_several_kinds_it_cannot_be_none(knowledge):
    reply = await interpret(knowledge, ScriptedAsks(intent=reads("none", 1.0)), SEVERAL)
    assert ["star-rating", "toggle"] == [choice.choice_id for choice in reply.choices]


async def test_parameters_that_the_prompt_sets_are_not_asked_for(knowledge):
    asks = ScriptedAsks(spec=sets(maxStars=9, size="large"))
    draft = await specify(knowledge, asks, "7 star rating, gleaming")
    assert "maxStars" not in asks.asked[0].schema["properties"]["parameters"]["properties"]
    assert {"maxStars": 7, "size": "large"} == draft.parameters


async def test_who_understood_every_word_asks_nobody(knowledge):
    asks = ScriptedAsks()
    draft = await specify(knowledge, asks, "7 star rating")
    assert ([], {"maxStars": 7}, ()) == (asks.asked, draft.parameters, draft.consulted)


async def test_two_values_for_one_thing_are_the_makers_to_settle(knowledge):
    reply = await specify(knowledge, ScriptedAsks(), "small stars with large stars, gleaming")
    assert "PCF-INT-003" == reply.code


# --- what it is unsure of


async def test_a_kind_in_another_language(knowledge):
    asks = ScriptedAsks(intent=reads("star-rating", readOnly=True, subject="Hotels", componentName="Hotels"))
    reply = await interpret(knowledge, asks, GERMAN)
    assert ("star-rating", 0.9, "scripted/parrot") == (reply.kind, reply.confidence, reply.engine)
    assert (True, "Hotels", "Hotels") == (reply.intent.read_only, reply.subject, reply.component_name)
    assert "display-control" == reply.intent.classification


async def test_a_language_without_a_lexicon(knowledge):
    asks = ScriptedAsks(intent=reads("star-rating", required=True), spec=sets(maxStars=7, unmapped=["Hotels"]))
    reply = await interpret(knowledge, asks, GERMAN, "de")
    draft = await specify(knowledge, asks, GERMAN, "de")
    assert ("star-rating", True) == (reply.kind, reply.intent.required)
    assert ({"maxStars": 7}, ("Hotels",)) == (draft.parameters, draft.unmapped_phrases)


@pytest.mark.parametrize("language", ["en", "de"])
@pytest.mark.parametrize(
    "says", [{"without": ["keyboard"]}, {"wcagLevel": "AAA"}, {"style": "minimal"}], ids=lambda says: next(iter(says))
)
async def test_everything_a_rule_looks_at_can_be_said_in_any_language(knowledge, language, says):
    intent = (await interpret(knowledge, ScriptedAsks(intent=reads("star-rating", **says)), GERMAN, language)).intent
    plain = (await interpret(knowledge, ScriptedAsks(intent=reads("star-rating")), GERMAN, language)).intent
    assert plain != intent


@pytest.mark.parametrize("language", ["en", "de"])
@pytest.mark.parametrize("answer", [reads("star-rating", 0.59), reads("unclear", 1.0), reads("teapot", 1.0)])
async def test_who_is_not_told_for_sure_asks_the_maker(knowledge, language, answer):
    reply = await interpret(knowledge, ScriptedAsks(intent=answer), GERMAN, language)
    assert ("kind", "PCF-INT-002", "") == (reply.question_id, reply.code, reply.unanswered)
    assert {kind.id for kind in await knowledge.kinds("en")} == {choice.choice_id for choice in reply.choices}


async def test_the_engines_own_question_stands(knowledge):
    own = await OfflineEngine().interpret(Brief(SEVERAL), knowledge=knowledge)
    assert own == await interpret(knowledge, ScriptedAsks(intent=reads("unclear")), SEVERAL)


async def test_the_makers_answer_settles_the_kind_without_asking(knowledge):
    asks = ScriptedAsks()
    reply = await interpret(knowledge, asks, SEVERAL, kind="toggle")
    assert ("toggle", []) == (reply.kind, asks.asked)


async def test_the_makers_answer_counts_more_than_a_model(knowledge):
    """In a language without a lexicon the model is still asked what else the prompt says."""
    asks = ScriptedAsks(intent=reads("slider", 1.0, readOnly=True))
    reply = await interpret(knowledge, asks, GERMAN, "de", kind="star-rating")
    assert ("star-rating", True) == (reply.kind, reply.intent.read_only)


@pytest.mark.parametrize("language", ["en", "de"])
async def test_what_is_not_there_is_told_as_such(knowledge, language):
    reply = await interpret(knowledge, ScriptedAsks(intent=reads("none", unmapped=["Hotels"])), GERMAN, language)
    assert ("", "scripted/parrot") == (reply.kind, reply.engine)
    assert reply.wanted in GERMAN
    assert reply.wanted


@pytest.mark.parametrize("language", ["en", "de"])
async def test_a_contradiction_that_only_a_model_can_read_is_asked(knowledge, language):
    answer = reads("star-rating", contradiction="read-only-or-editable")
    reply = await interpret(knowledge, ScriptedAsks(intent=answer), GERMAN, language)
    assert ("read-only-or-editable", "PCF-INT-003") == (reply.question_id, reply.code)


@pytest.mark.parametrize(("choice", "read_only"), [("read-only", True), ("editable", False)])
@pytest.mark.parametrize("language", ["en", "de"])
async def test_the_makers_answer_settles_it(knowledge, language, choice, read_only):
    answer = reads("star-rating", contradiction="read-only-or-editable", readOnly=not read_only, wishes=["editing"])
    given = {"read-only-or-editable": choice}
    reply = await interpret(knowledge, ScriptedAsks(intent=answer), GERMAN, language, **given)
    assert read_only == reply.intent.read_only
    assert ("editing" in reply.wishes) != read_only


async def test_words_nobody_understood_are_asked_about(knowledge):
    asks = ScriptedAsks(spec=sets(covers=[0], filledColor="#ffd700"))
    draft = await specify(knowledge, asks, "7 star rating, gleaming, and a sparkling frame")
    assert ({"maxStars": 7, "filledColor": "#FFD700"}, ("sparkling frame",)) == (
        draft.parameters,
        draft.unmapped_phrases,
    )
    assert ["GENERATE_SPEC"] == [call.purpose for call in draft.consulted]


async def test_words_are_not_understood_by_saying_so(knowledge):
    draft = await specify(knowledge, ScriptedAsks(spec=sets(covers=[0, 1])), "7 star rating, gleaming")
    assert ("gleaming",) == draft.unmapped_phrases


# --- nobody answers


@pytest.mark.parametrize(
    ("fault", "code"),
    [(OUTAGE, "PCF-LLM-001"), (NoAnswer(FailureKind.TIMEOUT), "PCF-LLM-004"), (CapReached(60.0), "PCF-LLM-005")],
)
@pytest.mark.parametrize("prompt", [SEVERAL, GERMAN, "make something", "Show satisfaction with emoji"])
async def test_without_an_answer_the_maker_is_asked_and_told_why(knowledge, prompt, fault, code):
    reply = await interpret(knowledge, ScriptedAsks(intent=fault), prompt)
    assert isinstance(reply, Question)
    assert ("kind", code) == (reply.question_id, reply.unanswered)
    assert "language model could not be asked" in reply.text


async def test_without_an_answer_other_languages_cannot_be_read(knowledge):
    with pytest.raises(LanguageUnread) as caught:
        await interpret(knowledge, ScriptedAsks(intent=OUTAGE), GERMAN, "de")
    assert "PCF-LLM-001" == caught.value.consulted.code


@pytest.mark.parametrize(("language", "phrases"), [("en", ("gleaming",)), ("de", ("7 star rating, gleaming",))])
async def test_without_an_answer_the_draft_stands_with_what_nobody_understood(knowledge, language, phrases):
    draft = await specify(knowledge, ScriptedAsks(spec=OUTAGE), "7 star rating, gleaming", language)
    assert phrases == draft.unmapped_phrases
    assert ["PCF-LLM-001"] == [call.code for call in draft.consulted]


# --- in whose name


async def test_the_builds_tenant_pays(knowledge):
    asks = ScriptedAsks(intent=reads("star-rating"))
    await considered(asks, build_id="b1", tenant="fabrikam").interpret(Brief(GERMAN), knowledge=knowledge)
    assert [Payer("fabrikam", "b1")] == asks.payers
    assert [knowledge.release] == asks.releases


async def test_one_question_has_its_limit(knowledge):
    asks = ScriptedAsks(intent=reads("star-rating"))
    began = asyncio.get_running_loop().time()
    await interpret(knowledge, asks, GERMAN)
    assert began + 20.0 <= asks.ends[0] <= asyncio.get_running_loop().time() + 20.0


async def test_what_was_asked_is_told(knowledge):
    reply = await interpret(knowledge, ScriptedAsks(intent=reads("star-rating")), GERMAN)
    [call] = reply.consulted
    assert ("INTERPRET_INTENT", "scripted/parrot", 100, 20, 1234, "") == (
        call.purpose,
        call.who,
        call.input_tokens,
        call.output_tokens,
        call.cost_micros,
        call.note,
    )


def test_its_name_tells_the_models():
    model = considered(ScriptedAsks())
    assert "offline, scripted/parrot" == model.name


async def test_the_same_answer_gives_the_same_reading(knowledge):
    replies = [await interpret(knowledge, ScriptedAsks(intent=reads("star-rating")), GERMAN) for _ in range(2)]
    assert replies[0] == replace(replies[1])
