"""Shows how a build comes along: nothing, plain lines, or lines that change in place."""

import os
import sys
from contextlib import AbstractContextManager, nullcontext
from typing import Protocol, TextIO

from pcf_cli.printable import one_line, printable
from pcf_cli.resources import STAGES, BuildEvent

__all__ = ["Plain", "Progress", "Silent", "choose_progress", "is_terminal", "title_of"]


class Progress(Protocol):
    """Is told what happens, in order."""

    def say(self, sentence: str) -> None:
        """Something about the work as a whole."""

    def happened(self, event: BuildEvent) -> None:
        """Something happened to the build."""

    def running(self) -> AbstractContextManager[object]:
        """While the build works; left before anything else is written or asked."""


class Silent:
    """For output that is read by programs."""

    def say(self, sentence: str) -> None:
        pass

    def happened(self, event: BuildEvent) -> None:
        pass

    def running(self) -> AbstractContextManager[object]:
        return nullcontext()


class Plain:
    """One line for each thing that is worth one."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def say(self, sentence: str) -> None:
        print(printable(sentence), file=self._stream, flush=True)

    def happened(self, event: BuildEvent) -> None:
        if line := _line(event):
            self.say(line)

    def running(self) -> AbstractContextManager[object]:
        return nullcontext()


def choose_progress(*, as_json: bool) -> Progress:
    """What suits the way the program was called. Progress goes to stderr, so that stdout holds the result."""
    if as_json:
        return Silent()
    if is_terminal(sys.stderr):
        from pcf_cli.live_progress import Live  # noqa: PLC0415 - rich takes a while, and only terminals need it

        return Live()
    return Plain(sys.stderr)


def is_terminal(stream: TextIO) -> bool:
    """Whether colours and moving lines are welcome there (https://no-color.org)."""
    return stream.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def title_of(stage: str | None) -> str:
    return STAGES.get(stage or "", stage or "")


def _line(event: BuildEvent) -> str:
    match event["type"]:
        case "stage-succeeded":
            place = f"{event['stage_index']}/{event['stage_count']}"
            took = f"{event['duration_ms'] or 0:.0f} ms"
            return f"{place}  {title_of(event['stage']):<26} {took:>8}  {one_line(event['message'])}"
        case "created" | "stage-started" | "succeeded" | "failed":
            return ""  # how it ended is told at the end, in full
        case "needs-input":
            return "The build asks a question."
        case _:
            return one_line(event["message"])
