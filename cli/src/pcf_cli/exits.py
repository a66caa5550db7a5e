"""Exit codes, and the errors that lead to them.

CommandFailed                 a sentence or more on stderr, a document on stdout with --json
├── Refused              1    the server understood and said no, or the build failed
├── WrongUsage           2    the command line asks for something that cannot be
├── AnswerNeeded         3    the build asks a question that nobody here can answer
├── Unreachable          4    no server, or one that cannot serve now
└── GaveUp               5    the time ran out, or somebody pressed Ctrl-C
"""

from collections.abc import Sequence
from enum import IntEnum
from typing import IO, Any, ClassVar

import click

from pcf_cli.printable import printable

__all__ = ["EXIT_CODES", "AnswerNeeded", "CommandFailed", "Exit", "GaveUp", "Refused", "Unreachable", "WrongUsage"]


class Exit(IntEnum):
    """What the shell is told."""

    DONE = 0
    REFUSED = 1
    WRONG_USAGE = 2
    ANSWER_NEEDED = 3
    UNREACHABLE = 4
    GAVE_UP = 5


EXIT_CODES = """\b
Exit codes:
  0  done: the control is built
  1  the build failed or was refused
  2  the command line cannot be used
  3  the build needs an answer
  4  the server cannot be reached or does not serve
  5  timed out or interrupted
"""


class CommandFailed(click.ClickException):
    """What ends a command. `lines` is for people; `facts` goes into the document of --json."""

    exit_code: ClassVar[int] = Exit.REFUSED
    outcome: ClassVar[str] = "failed"

    def __init__(self, *lines: str, facts: dict[str, Any] | None = None) -> None:
        super().__init__("\n".join(lines))
        self.lines: Sequence[str] = lines
        self.facts = facts or {}

    def show(self, file: IO[Any] | None = None) -> None:
        for line in self.lines:
            click.echo(printable(line), file=file, err=file is None)

    def document(self) -> dict[str, Any]:
        return {
            "outcome": self.outcome,
            "exit_code": int(self.exit_code),
            "message": " ".join(self.lines[:1]),
            **self.facts,
        }


class Refused(CommandFailed):
    """It was understood, and it will not be done."""


class WrongUsage(CommandFailed):
    """Nothing was begun."""

    exit_code = Exit.WRONG_USAGE
    outcome = "wrong_usage"


class AnswerNeeded(CommandFailed):
    """The build waits."""

    exit_code = Exit.ANSWER_NEEDED
    outcome = "needs_input"


class Unreachable(CommandFailed):
    """Trying again later may help."""

    exit_code = Exit.UNREACHABLE
    outcome = "unreachable"


class GaveUp(CommandFailed):
    """It might have gone on."""

    exit_code = Exit.GAVE_UP
    outcome = "gave_up"
