"""Judges everything a drill has made, and prints it as a table."""

import asyncio
import statistics
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tests.drills.judge import STAGES, interrupted_stages, trail_faults, trails, verified, work_faults
from tests.drills.load import Made
from tests.drills.witness import Witness

__all__ = ["Verdict", "judge", "table"]

_SETTLE_S = 60.0
_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was found wrong, by kind; nothing, when all holds."""

    builds: int
    work: Sequence[str]
    trail: Sequence[str]
    acknowledged: Sequence[str]
    """Events that the log acknowledged and does not hold where it said."""
    log: str
    events: int

    @property
    def holds(self) -> bool:
        return not (self.work or self.trail or self.acknowledged or self.log)

    def rows(self) -> list[tuple[str, str]]:
        return [
            ("builds accepted", f"{self.builds:,}"),
            ("ended exactly once, with the undisturbed run's artifacts", f"{self.builds - _names(self.work):,}"),
            ("trail complete, in order, without a duplicate", f"{self.builds - _names(self.trail):,}"),
            ("acknowledged audit events lost or moved", f"{len(self.acknowledged):,}"),
            ("audit log verifies", f"{self.events:,} events" if not self.log else self.log),
        ]


async def judge(
    made: Sequence[Made],
    audit: str,
    *,
    reference: Mapping[str, Mapping[str, str]],
    witness: Witness | None = None,
) -> Verdict:
    """Waits until the outbox has been delivered, then looks at every build and every event."""
    work = [f"{each.name}: {fault}" for each in made for fault in work_faults(each, reference)]
    ends_at = time.monotonic() + _SETTLE_S
    while True:
        told = await trails(audit)
        trail = [f"{each.name}: {fault}" for each in made for fault in trail_faults(told.get(each.name, []))]
        if not trail or time.monotonic() > ends_at:
            break
        await asyncio.sleep(0.2)
    found = await verified(audit)
    log = "" if found.valid else f"breaks at {found.broken_index}: {found.fault}"
    acknowledged = await witness.faults() if witness else []
    return Verdict(len(made), work, trail, acknowledged, log, found.event_count)


def table(title: str, rows: Sequence[tuple[str, str]], made: Sequence[Made], verdict: Verdict) -> None:
    """Prints what was done, what it met, and what was found."""
    print(f"\n{title}\n{'-' * len(title)}")
    stages = interrupted_stages(made)
    met = [(f"  builds interrupted in {name}", f"{stages[number]:,}") for number, name in enumerate(STAGES, start=1)]
    waited = sorted(each.waited_s for each in made)
    times = [("a build took, median and longest", f"{statistics.median(waited):.2f} s, {waited[-1]:.2f} s")]
    for label, value in [*rows, *(met if stages else []), *times, *verdict.rows()]:
        print(f"{label:<62} {value:>16}")
    for fault in (*verdict.work[:_SHOWN], *verdict.trail[:_SHOWN], *verdict.acknowledged[:_SHOWN]):
        print(f"  FAULT {fault}")
    print("0 lost, 0 doubled, 0 changed" if verdict.holds else "THIS DRILL FOUND FAULTS", flush=True)


def _names(faults: Sequence[str]) -> int:
    return len({fault.partition(":")[0] for fault in faults})
