"""What must hold when more is asked than can be done."""

from collections.abc import Sequence
from dataclasses import dataclass

from tests.drills.rest_load import READS
from tests.drills.tally import Tally

__all__ = ["FACTOR", "QUEUE", "Measured", "faults", "rows"]

FACTOR = 4
"""So many times the capacity is asked for."""
QUEUE = 40
"""PCF_GENERATOR_QUEUE_LIMIT: an operator sets it to builds a second × the seconds that a maker may wait."""
GOODPUT = 0.8
ANSWER_S = 2.0
"""Within that a read is answered and a build accepted or refused, 99 of 100, whatever is asked beside it."""
SLOWER_AFTER = 2.0
IDLE_S = 30.0


@dataclass(frozen=True, slots=True)
class Measured:
    """What was seen: before, at four times the capacity, and after."""

    capacity: float
    """Jobs a second."""
    goodput: float
    alone: Tally
    overloaded: Tally
    after: Tally
    alone_s: float
    """99 of 100 jobs took at most that, one after the other."""
    accepted_s: float
    """The same, of those accepted under overload, from the moment they were meant to begin."""
    idle_s: float
    """From the last arrival's end until a job ran through again."""
    wrong: Sequence[str]
    """What is wrong with accepted builds."""
    own_cpu: float
    """Cores that the load itself took."""

    @property
    def wait_bound_s(self) -> float:
        """All that can wait before an accepted job, twice, and its own work."""
        return 2 * QUEUE / self.capacity + self.alone_s


def faults(seen: Measured) -> list[str]:
    """Nothing, when the promise holds."""
    found = [*seen.overloaded.failures, *seen.after.failures, *seen.wrong]
    if not seen.overloaded.refused["create"]:
        found.append("no build was refused: this was no overload")
    if seen.goodput < GOODPUT * seen.capacity:
        found.append(f"goodput is {seen.goodput / seen.capacity:.0%} of the capacity, less than {GOODPUT:.0%}")
    for what, took in _answers(seen).items():
        if not took <= ANSWER_S:
            found.append(f"{what}: 99 of 100 within {took:.2f} s, more than {ANSWER_S:g} s")
    if not seen.accepted_s <= seen.wait_bound_s:
        found.append(f"accepted jobs: 99 of 100 within {seen.accepted_s:.1f} s, more than {seen.wait_bound_s:.1f} s")
    if seen.idle_s > IDLE_S or seen.after.refused.total():
        found.append(f"{seen.idle_s:.1f} s after the overload builds were still refused")
    if not seen.after.p(0.5, "create") <= SLOWER_AFTER * seen.alone.p(0.5, "create"):
        found.append(f"after it builds are accepted more than {SLOWER_AFTER:g} times as slowly as before")
    return found


def rows(seen: Measured) -> list[tuple[str, str]]:
    """The figures."""
    alone, crowded = seen.alone, seen.overloaded
    return [
        ("capacity: jobs a second, each with its file and two looks", f"{seen.capacity:.1f}"),
        (f"goodput at {FACTOR} times that", f"{seen.goodput:.1f} = {seen.goodput / seen.capacity:.0%}"),
        ("builds refused with Retry-After", f"{crowded.refused['create']:,}"),
        ("reads refused with Retry-After", f"{crowded.refused.total() - crowded.refused['create']:,}"),
        ("5xx without Retry-After, and requests without an answer", f"{crowded.failed.total():,}"),
        ("read, p99 alone and overloaded", f"{alone.p(0.99, *READS):.3f} s, {crowded.p(0.99, *READS):.3f} s"),
        (
            "build accepted, p99 alone and overloaded",
            f"{alone.p(0.99, 'create'):.3f} s, {crowded.p(0.99, 'create'):.3f} s",
        ),
        (
            "accepted job, p99 alone, overloaded, bound",
            f"{seen.alone_s:.2f} s, {seen.accepted_s:.2f} s, {seen.wait_bound_s:.2f} s",
        ),
        ("runs freely again after", f"{seen.idle_s:.1f} s"),
        (
            "build accepted, p50 before and after",
            f"{alone.p(0.5, 'create'):.3f} s, {seen.after.p(0.5, 'create'):.3f} s",
        ),
        ("cores that the load itself took", f"{seen.own_cpu:.2f}"),
    ]


def _answers(seen: Measured) -> dict[str, float]:
    crowded = seen.overloaded
    return {
        "reads": crowded.p(0.99, *READS),
        "builds accepted": crowded.p(0.99, "create"),
        "refusals": crowded.p_refused(0.99),
    }
