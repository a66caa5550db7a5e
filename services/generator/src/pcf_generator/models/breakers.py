"""Circuit breakers: a provider that is ill is not asked for a while, then by one call first.

The rules are pure, so that instances that share their circuits (`adapters/redis_breakers.py`) go by the same ones.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Protocol

__all__ = ["BreakerRules", "BreakerState", "Breakers", "Circuit", "LocalBreakers"]


class BreakerState(StrEnum):
    """`half_open` lets one call through and goes by how it ends."""

    CLOSED = "closed"
    HALF_OPEN = "half_open"
    OPEN = "open"


@dataclass(frozen=True, slots=True)
class BreakerRules:
    """When a circuit opens, and for how long."""

    in_a_row: int = 5
    share: float = 0.5
    """Opens too when so many of a window's calls fail, at least `share_of` of them having ended."""
    share_of: int = 10
    window_s: float = 30.0
    rest_s: float = 15.0
    """Doubled each time that the one call fails too."""
    longest_rest_s: float = 120.0
    probe_s: float = 60.0
    """After so long the one call is taken for lost, and another let through."""


@dataclass(frozen=True, slots=True)
class Circuit:
    """What is known of one provider and model; every method takes the time, in seconds of any one clock."""

    failed_in_a_row: int = 0
    window_from: float = 0.0
    ended: int = 0
    failed: int = 0
    rests: int = 0
    rests_until: float | None = None
    probe_until: float | None = None

    def state(self, now: float) -> BreakerState:
        if self.rests_until is None:
            return BreakerState.CLOSED
        return BreakerState.OPEN if now < self.rests_until else BreakerState.HALF_OPEN

    def admitted(self, now: float, rules: BreakerRules) -> "Circuit | None":
        """The circuit with one more call under way; None when there may be none."""
        match self.state(now):
            case BreakerState.CLOSED:
                return self
            case BreakerState.OPEN:
                return None
        if self.probe_until is not None and now < self.probe_until:
            return None
        return replace(self, probe_until=now + rules.probe_s)

    def after(self, healthy: bool | None, now: float, rules: BreakerRules) -> "Circuit":  # noqa: FBT001 - three-valued
        """The circuit once a call has ended; None says nothing but that it has."""
        if healthy is None:
            return replace(self, probe_until=None)
        match self.state(now):
            case BreakerState.OPEN:
                return self  # of a call from before it opened
            case BreakerState.HALF_OPEN:
                return Circuit(window_from=now) if healthy else self._opened(now, rules)
        counted = self._counted(healthy, now, rules)
        return counted._opened(now, rules) if counted._is_ill(rules) else counted  # noqa: SLF001 - its own kind

    def _counted(self, healthy: bool, now: float, rules: BreakerRules) -> "Circuit":  # noqa: FBT001
        begins = now >= self.window_from + rules.window_s
        return Circuit(
            failed_in_a_row=0 if healthy else self.failed_in_a_row + 1,
            window_from=now if begins else self.window_from,
            ended=1 if begins else self.ended + 1,
            failed=(0 if begins else self.failed) + (not healthy),
        )

    def _is_ill(self, rules: BreakerRules) -> bool:
        if self.failed_in_a_row >= rules.in_a_row:
            return True
        return self.ended >= rules.share_of and self.failed >= rules.share * self.ended

    def _opened(self, now: float, rules: BreakerRules) -> "Circuit":
        rest_s = min(rules.longest_rest_s, rules.rest_s * 2.0**self.rests)
        return Circuit(rests=min(self.rests + 1, 16), rests_until=now + rest_s)


class Breakers(Protocol):
    """Circuits by the name of what they protect. No method fails."""

    async def admit(self, target: str) -> bool:
        """Whether it may be asked now; each yes is followed by `ended`."""

    async def ended(self, target: str, *, healthy: bool | None) -> BreakerState:
        """Say how a call ended; None when it says nothing of the provider. How the circuit stands then."""

    async def state(self, target: str) -> BreakerState:
        """How the circuit stands now."""


class LocalBreakers:
    """Implements `Breakers` for one instance."""

    def __init__(self, rules: BreakerRules, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._rules = rules
        self._clock = clock
        self._circuits: dict[str, Circuit] = {}

    async def admit(self, target: str) -> bool:
        admitted = self._circuit(target).admitted(self._clock(), self._rules)
        if admitted is not None:
            self._circuits[target] = admitted
        return admitted is not None

    async def ended(self, target: str, *, healthy: bool | None) -> BreakerState:
        now = self._clock()
        circuit = self._circuits[target] = self._circuit(target).after(healthy, now, self._rules)
        return circuit.state(now)

    async def state(self, target: str) -> BreakerState:
        return self._circuit(target).state(self._clock())

    def _circuit(self, target: str) -> Circuit:
        return self._circuits.get(target, Circuit())
