"""The judge of deployments: a broken release is found and taken back, a good one is not, the rest notices nothing."""

from collections.abc import Sequence
from dataclasses import dataclass

__all__ = ["Deployment", "Noticed", "faults", "rows"]


@dataclass(frozen=True, slots=True)
class Deployment:
    """One release beside the good one, from its start until it was taken back."""

    name: str
    is_good: bool
    passed: bool
    """Whether it became ready and the smoke test passed."""
    ended_with: int | None
    found_s: float
    """From its start until that was known."""
    seconds: float


@dataclass(frozen=True, slots=True)
class Noticed:
    """What everybody else saw."""

    inside: int
    """Requests of theirs that failed at a canary."""
    outside: int
    """Those that failed anywhere else."""
    answered: int
    lost: Sequence[str]
    """Accepted builds that did not end well."""


def faults(deployments: Sequence[Deployment], noticed: Noticed) -> list[str]:
    """Each promise that was broken."""
    found = [f"{each.name}: {'refused' if each.is_good else 'passed'}" for each in deployments if _is_misjudged(each)]
    found += [f"{each.name} left with {each.ended_with}" for each in deployments if each.ended_with != 0]
    if noticed.outside:
        found.append(f"{noticed.outside} requests failed outside the canary")
    if not noticed.answered:
        found.append("nobody asked anything: nothing is shown")
    if not noticed.inside and any(not each.is_good for each in deployments):
        found.append("no request met the broken release: nothing is shown")
    return [*found, *noticed.lost]


def rows(deployments: Sequence[Deployment], noticed: Noticed) -> list[tuple[str, str]]:
    """The figures."""
    names = dict.fromkeys(each.name for each in deployments)
    told = [_row([each for each in deployments if each.name == name]) for name in names]
    return [
        *told,
        ("requests failed at the canary", f"{noticed.inside:,}"),
        ("requests failed outside the canary", f"{noticed.outside:,}"),
        ("accepted builds that did not end well", f"{len(noticed.lost):,}"),
    ]


def _row(same: Sequence[Deployment]) -> tuple[str, str]:
    passed = sum(each.passed for each in same)
    known, gone = max(each.found_s for each in same), max(each.seconds for each in same)
    judged = f"passed {passed} of {len(same)}"
    return f"{same[0].name}: known, and gone, within", f"{judged}, ≤ {known:.1f} s, ≤ {gone:.1f} s"


def _is_misjudged(each: Deployment) -> bool:
    return each.passed != each.is_good
