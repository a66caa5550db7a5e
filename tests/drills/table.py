"""How drills print what they found."""

from collections.abc import Sequence

__all__ = ["printed"]

_SHOWN = 12


def printed(title: str, rows: Sequence[tuple[str, str]], faults: Sequence[str]) -> None:
    """The figures, and the first of the faults."""
    print(f"\n{title}\n{'-' * len(title)}")
    for label, value in rows:
        print(f"{label:<64} {value:>16}")
    for fault in faults[:_SHOWN]:
        print(f"  FAULT {fault}", flush=True)
