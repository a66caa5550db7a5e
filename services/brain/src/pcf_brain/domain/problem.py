"""What is wrong with a set of files: found together, told together."""

from collections.abc import Iterable
from dataclasses import dataclass

_SHOWN_IN_MESSAGE = 20


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One fault and where it is."""

    path: str
    """Path within the release."""
    line: int
    """Counted from 1; 0 where the fault is the file as a whole."""
    message: str

    def __str__(self) -> str:
        place = f"{self.path}:{self.line}" if self.line else self.path
        return f"{place}: {self.message}"


class BrokenReleaseError(Exception):
    """The files cannot be served as a release; `problems` says all that is wrong with them.

    `may_pass` where the same files may be whole a moment later: what is missing may still be on its way.
    """

    def __init__(self, problems: Iterable[Problem], *, may_pass: bool = False) -> None:
        self.problems = tuple(sorted(set(problems)))
        self.may_pass = may_pass
        shown = [str(problem) for problem in self.problems[:_SHOWN_IN_MESSAGE]]
        if len(self.problems) > len(shown):
            shown.append(f"and {len(self.problems) - len(shown)} more")
        super().__init__("\n".join(shown))
