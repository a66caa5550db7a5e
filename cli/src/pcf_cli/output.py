"""Writes results to stdout: tables for people, tab-separated lines for pipes, JSON for programs."""

import json
import sys
from collections.abc import Sequence
from typing import Any

from pcf_cli.printable import one_line, printable
from pcf_cli.progress import is_terminal

__all__ = ["facts", "show_json", "show_row", "show_text", "table"]


def show_json(document: Any, *, indent: int | None = 2) -> None:
    """One JSON document. ASCII, so that no terminal's encoding can spoil it."""
    print(json.dumps(document, indent=indent), flush=True)


def show_text(text: str) -> None:
    print(printable(text), flush=True)


def table(columns: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """A table on a terminal; elsewhere a line of names and a line for each row, for cut, awk and spreadsheets."""
    if is_terminal(sys.stdout):
        _drawn(columns, [_cells(row) for row in rows])
        return
    for row in (columns, *rows):
        show_row(row)


def show_row(row: Sequence[object]) -> None:
    """One line, its cells separated by tabs."""
    print("\t".join(_cells(row)), flush=True)


def facts(named: Sequence[tuple[str, object]]) -> None:
    """Names and values, one under the other; what is None is left out."""
    for name, value in named:
        if value is not None:
            show_text(f"{name + ':':<16} {one_line(str(value))}")


def _cells(row: Sequence[object]) -> list[str]:
    return [one_line("" if value is None else str(value)) for value in row]


def _drawn(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    from rich.console import Console  # noqa: PLC0415 - takes a while, and only terminals need it
    from rich.table import Table  # noqa: PLC0415
    from rich.text import Text  # noqa: PLC0415

    drawn = Table(box=None, pad_edge=False, header_style="bold")
    for column in columns:
        drawn.add_column(column, overflow="fold")
    for row in rows:
        drawn.add_row(*(Text(cell) for cell in row))
    Console(highlight=False).print(drawn)
