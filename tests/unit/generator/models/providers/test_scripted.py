"""Answers out of a file."""

from pathlib import Path

import pytest
from pcf_generator.models.calls import Call, Usage
from pcf_generator.models.failures import ModelFailure
from pcf_generator.models.providers.scripted import BadScriptError, Scripted, read_script

SCRIPT = """
answers:
  - {purpose: INTERPRET_INTENT, match: "stern|étoile", answer: {kind: star-rating}}
  - {purpose: INTERPRET_INTENT, match: "x{3}", answer: "not JSON"}
  - {purpose: GENERATE_SPEC, answer: {}}
"""


def call(purpose: str, text: str) -> Call:
    return Call(purpose, "abcd", text, "answer", {}, 100)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "script.yaml"
    path.write_text(SCRIPT)
    return path


@pytest.mark.parametrize(
    ("purpose", "text", "answer"),
    [
        ("INTERPRET_INTENT", "Eine STERNE-Bewertung", '{"kind": "star-rating"}'),
        ("INTERPRET_INTENT", "axxxa", "not JSON"),
        ("GENERATE_SPEC", "anything", "{}"),
    ],
)
async def test_the_first_that_fits_answers(path, purpose, text, answer):
    assert answer == (await Scripted("demo", path).complete(call(purpose, text), timeout_s=1)).text


async def test_tokens_are_counted_as_four_characters_each(path):
    reply = await Scripted("demo", path).complete(call("GENERATE_SPEC", "12345"), timeout_s=1)
    assert Usage(3, 1) == reply.usage


async def test_no_answer_is_a_failure_that_does_not_repeat_the_text(path):
    with pytest.raises(ModelFailure, match="no answer for this INTERPRET_INTENT") as caught:
        await Scripted("demo", path).complete(call("INTERPRET_INTENT", "CANARY"), timeout_s=1)
    assert ("request", False) == (caught.value.kind, "CANARY" in str(caught.value))


@pytest.mark.parametrize(
    ("script", "sentence"),
    [
        ("answers: [", "is no YAML"),
        ("[]", "the whole: "),
        ("answers: []", "answers: List should have at least 1 item"),
        ("answers: [{match: a}]", "answers.0.answer"),
        ("answers: [{answer: {}, when: now}]", "answers.0.when: Extra inputs are not permitted"),
        ("answers: [{answer: {}, match: '('}]", "answer 1: `match` is no regular expression"),
    ],
)
def test_a_script_that_cannot_be_used_says_why(path, script, sentence):
    path.write_text(script)
    with pytest.raises(BadScriptError, match=sentence.replace("(", r"\(")):
        read_script(path)


def test_a_script_that_is_not_there_says_so(tmp_path):
    with pytest.raises(BadScriptError, match="cannot be read"):
        read_script(tmp_path / "none.yaml")
