"""A person is asked until they choose; the end of their input is no choice."""

from typing import Any

import pytest
from pcf_cli.exits import WrongUsage
from pcf_cli.questions import Person, given_answers


async def ask(question: Any, *lines: str) -> tuple[str | None, list[str]]:
    typed, said = iter([*lines, ""]), list[str]()

    async def line() -> str:
        return next(typed)

    return await Person(say=said.append, line=line).ask(question), said


async def test_the_choice_is_taken_by_its_number(gateway: Any):
    choice_id, said = await ask(gateway.question(), "2\n")

    assert "toggle" == choice_id
    assert ["\nWhich kind?", "  1  Star rating", "  2  Toggle", "Number (1-2):"] == said


@pytest.mark.parametrize("nonsense", ["0\n", "3\n", "\n", "toggle\n", "-1\n", "²\n", "1.0\n"])
async def test_what_is_no_number_of_a_choice_is_asked_again(gateway: Any, nonsense: str):
    choice_id, said = await ask(gateway.question(), nonsense, " 1 \n")

    assert "star-rating" == choice_id
    assert 2 == said.count("Number (1-2):")


async def test_the_end_of_input_is_no_choice(gateway: Any):
    assert None is (await ask(gateway.question()))[0]


def test_answers_are_given_by_question():
    assert {"kind": "toggle", "maxStars": "a=b"} == given_answers(("kind=toggle", "maxStars=a=b"))


@pytest.mark.parametrize("pair", ["kind", "kind=", "=toggle", "="])
def test_an_answer_without_question_or_choice_is_wrong_usage(pair: str):
    with pytest.raises(WrongUsage, match="should be QUESTION=CHOICE"):
        given_answers((pair,))
