"""What ends or pauses a build from within a stage.

PipelineStop
├── Refusal       the build cannot go on; carries the product's error
└── Clarification the maker must choose; carries the question
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from pcf_generator.domain.stage import Stage


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a build failed.

    `message` is for developers and logs and holds no text of the user; `user_message` is for the maker.
    """

    code: str
    stage: Stage
    message: str
    user_message: str
    suggestion: str
    alternatives: tuple[str, ...] = ()
    details: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Choice:
    """One way to answer."""

    choice_id: str
    label: str


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked instead of guessing; has at least two choices.

    `unanswered` is the code under which a language model failed that might have spared the maker the question.
    """

    question_id: str
    code: str
    text: str
    choices: tuple[Choice, ...]
    unanswered: str = ""


class PipelineStop(Exception):  # noqa: N818 - a question is no error
    """Flow control: a stage says that the next one must not run."""


class Refusal(PipelineStop):
    """The build fails with `problem`."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(f"{problem.code} in {problem.stage}: {problem.message}")
        self.problem = problem


class Clarification(PipelineStop):
    """The build waits for an answer to `question`."""

    def __init__(self, question: Question) -> None:
        super().__init__(f"{question.code}: {question.question_id}")
        self.question = question
