"""Shows on a terminal that long work goes on; to a pipe or a program, nothing."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from pcf_cli.progress import is_terminal

__all__ = ["Counted", "counting"]

Counted = Callable[[int], None]
"""Is told, now and then, how many more entries are done."""


@contextmanager
def counting(title: str, *, quiet: bool) -> Iterator[Counted]:
    """Around the work, which tells how many more it has done."""
    if quiet or not is_terminal(sys.stderr):
        yield lambda _: None
        return
    from rich.console import Console  # noqa: PLC0415 - takes a while, and only terminals need it
    from rich.progress import MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn  # noqa: PLC0415

    columns = (SpinnerColumn(), TextColumn("{task.description}"), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task(title, total=None)
        yield lambda done: progress.advance(task, done)
