"""Answers a build's question: from the command line, from the person at the terminal, or not at all."""

import asyncio
import sys
from collections.abc import Awaitable, Callable, Mapping
from typing import Protocol

from pcf_cli.exits import AnswerNeeded, WrongUsage
from pcf_cli.printable import one_line
from pcf_cli.resources import Build, Question

__all__ = ["Asker", "Nobody", "Person", "given_answers", "read_line", "unanswered"]


class Asker(Protocol):
    """Who can be asked while the command runs."""

    async def ask(self, question: Question) -> str | None:
        """The id of a choice; None when there is nobody, or they will not say."""


class Nobody:
    """A script."""

    async def ask(self, question: Question) -> str | None:  # noqa: ARG002 - the protocol's
        return None


class Person:
    """Somebody at a terminal."""

    def __init__(self, *, say: Callable[[str], None], line: Callable[[], Awaitable[str]]) -> None:
        self._say = say
        self._line = line

    async def ask(self, question: Question) -> str | None:
        choices = question["choices"]
        self._say(f"\n{question['text']}")
        for number, choice in enumerate(choices, start=1):
            self._say(f"  {number}  {one_line(choice['label'])}")
        while True:
            self._say(f"Number (1-{len(choices)}):")
            answer = await self._line()
            if not answer:  # the end of input
                return None
            if (number := _number(answer.strip())) and number <= len(choices):
                return choices[number - 1]["choice_id"]


async def read_line() -> str:
    """A line from stdin without holding up the event loop: its server may run there too."""
    loop = asyncio.get_running_loop()
    readable = asyncio.Event()
    loop.add_reader(sys.stdin.fileno(), readable.set)
    try:
        await readable.wait()
    finally:
        loop.remove_reader(sys.stdin.fileno())
    # A terminal hands over whole lines, so this does not wait again.
    return sys.stdin.readline()


def given_answers(pairs: tuple[str, ...]) -> dict[str, str]:
    """What --answer gave, by question."""
    answers = {}
    for pair in pairs:
        question_id, equals, choice_id = pair.partition("=")
        if not (equals and question_id and choice_id):
            raise WrongUsage(f"--answer {pair} should be QUESTION=CHOICE, such as kind=star-rating.")
        answers[question_id] = choice_id
    return answers


def unanswered(build: Build, question: Question, answers: Mapping[str, str], *, how: str, url: str) -> AnswerNeeded:
    """The question, its choices, and the ways to answer it."""
    question_id = question["question_id"]
    lines = [question["text"]]
    if question_id in answers:
        lines.append(f"--answer {question_id}={answers[question_id]} is none of the choices:")
    lines += [f"  {choice['choice_id']:<20} {one_line(choice['label'])}" for choice in question["choices"]]
    first = question["choices"][0]["choice_id"]
    lines += ["Answer it with one of them:", f"  {how} --answer {question_id}={first}"]
    if url:
        lines.append(f"  pcf-builder builds answer {build['id']} {first} --url {url}")
    return AnswerNeeded(*lines, facts={"build": build})


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() else 0
