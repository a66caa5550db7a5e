"""What the compilers complain about, as messages that people and logs can have: few, and short."""

import re
from collections.abc import Iterable, Iterator, Sequence

__all__ = ["at", "esbuild_faults", "limited", "tsc_faults"]

_MOST = 20
_LONGEST = 500
_TSC = re.compile(r"(?:\S.*\(\d+,\d+\): )?error TS\d+: .*")
_ESBUILD = re.compile(r"\S* \[ERROR\] (.*)")
_PLACE = re.compile(r"    (\S.*):(\d+):(\d+):")


def at(path: str, line: int, column: int, message: str) -> str:
    """A message in the compilers' form; line and column count from 1."""
    return f"{path}({line},{column}): error: {message}"


def tsc_faults(output: str) -> list[str]:
    """The errors in what tsc printed; what it says further about one is indented below it, and follows in its line."""
    faults: list[str] = []
    for line in output.splitlines():
        if _TSC.fullmatch(line):
            faults.append(line)
        elif faults and line.startswith("  "):
            faults[-1] += " " + line.strip()
    return faults


def esbuild_faults(output: str) -> list[str]:
    """The errors in what esbuild printed about a place in the code; others are not the code's."""
    return list(_esbuild_faults(output.splitlines()))


def _esbuild_faults(lines: Sequence[str]) -> Iterator[str]:
    for number, line in enumerate(lines):
        if found := _ESBUILD.fullmatch(line):
            place = next(filter(None, map(_PLACE.fullmatch, lines[number + 1 : number + 3])), None)
            if place:
                yield at(place[1], int(place[2]), int(place[3]) + 1, found[1])


def limited(faults: Iterable[str]) -> tuple[str, ...]:
    """The first ones, each cut; the last says how many more there are."""
    each = [_cut(fault) for fault in dict.fromkeys(faults)]
    more = len(each) - _MOST
    return tuple(each) if more <= 0 else (*each[:_MOST], f"and {more} more")


def _cut(fault: str) -> str:
    printable = "".join(character if character.isprintable() else "\N{REPLACEMENT CHARACTER}" for character in fault)
    return printable if len(printable) <= _LONGEST else printable[:_LONGEST] + "…"
