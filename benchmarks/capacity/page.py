"""Writes what was measured, and what it answers, into docs/design/capacity.md."""

import sys
from pathlib import Path

from capacity import costs as measured
from capacity.answers import USUAL, answer
from capacity.assumptions import Assumptions
from capacity.tables import costs_markdown, markdown

__all__ = ["PAGE", "page"]

PAGE = Path(__file__).parents[2] / "docs/design/capacity.md"
_END = "<!-- end -->"


def page() -> str:
    """The page as it should be."""
    costs = measured.load()
    answers = [answer(builds, costs, Assumptions()) for builds in USUAL]
    text = _with(PAGE.read_text(), "costs", costs_markdown(costs))
    return _with(text, "answers", markdown(answers))


def _with(text: str, name: str, table: str) -> str:
    begin = f"<!-- {name}: written by `make bench-capacity` -->"
    before, rest = text.split(begin)
    return f"{before}{begin}\n\n{table}\n\n{_END}{rest.split(_END, 1)[1]}"


def main() -> int:
    """Write it."""
    PAGE.write_text(page())
    return 0


if __name__ == "__main__":
    sys.exit(main())
