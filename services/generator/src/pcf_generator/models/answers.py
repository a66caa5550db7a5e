"""Who may be asked, what comes of asking, and who is told: the values of the router."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from pcf_generator.models.breakers import BreakerState
from pcf_generator.models.calls import Provider, Usage
from pcf_generator.models.failures import FailureKind
from pcf_generator.models.money import Price, Spent
from pcf_generator.models.policy import code_of

__all__ = ["Answer", "Candidate", "Failed", "NoAnswer", "RouterObserver", "Unobserved"]


@dataclass(frozen=True, slots=True)
class Candidate:
    """One model that may be asked, and how."""

    provider: Provider
    price: Price
    timeout_s: float
    key_stamp: Callable[[], object] = field(default=lambda: None, compare=False)
    """Anything that is another thing once the key file has changed."""

    @property
    def target(self) -> str:
        """What its circuit goes by."""
        return f"{self.provider.provider}/{self.provider.model}"


@dataclass(frozen=True, slots=True)
class Answer:
    """A value that fits its schema."""

    value: Mapping[str, object]
    provider: str
    model: str
    usage: Usage
    """Of all the attempts that had ended by then, not of the last alone; and so is the cost."""
    cost_micros: int
    attempts: int
    cached: bool = False


Failed = tuple[str, str, FailureKind]
"""Provider, model, and why."""


class NoAnswer(Exception):  # noqa: N818 - reads as what it is
    """Nobody gave a useful answer. `code` goes by the last failure, `failures` are all of them in order."""

    def __init__(self, kind: FailureKind, failures: tuple[Failed, ...] = ()) -> None:
        told = ", ".join(f"{provider} {model}: {why}" for provider, model, why in failures)
        super().__init__(f"no language model answered ({told or f'nobody could be asked: {kind}'})")
        self.kind = kind
        self.code = code_of(kind)
        self.failures = failures


class RouterObserver(Protocol):
    """Told of what happens. Provider and model are names of the settings; nothing here holds a text."""

    def called(self, provider: str, model: str, outcome: str, latency_s: float) -> None:
        """An attempt ended: `answered`, a kind of failure, `cancelled`, or `unsent` for want of money."""

    def spent(self, spent: Spent) -> None:
        """A call's cost is known; for one that was cancelled that is later."""

    def breaker(self, provider: str, model: str, state: BreakerState) -> None:
        """How a circuit stands, each time it was looked at or a call ended."""

    def retry_denied(self) -> None:
        """The retry budget was spent."""

    def hedged(self, *, won: bool) -> None:
        """A second provider was asked beside a slow one; whether the answer was its."""


class Unobserved:
    """Implements `RouterObserver`: nobody looks."""

    def called(self, provider: str, model: str, outcome: str, latency_s: float) -> None: ...

    def spent(self, spent: Spent) -> None: ...

    def breaker(self, provider: str, model: str, state: BreakerState) -> None: ...

    def retry_denied(self) -> None: ...

    def hedged(self, *, won: bool) -> None: ...
