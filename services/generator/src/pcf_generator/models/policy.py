"""How often and how long a language model is asked: one table for all providers, whatever their SDKs would do."""

import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

from pcf_generator.models.breakers import BreakerRules
from pcf_generator.models.failures import FailureKind

__all__ = ["RETRIES", "UNFIT", "Policy", "code_of", "health"]

RETRIES: Final = MappingProxyType(
    {
        FailureKind.TIMEOUT: 2,
        FailureKind.RATE_LIMITED: 3,
        FailureKind.NETWORK: 3,
        FailureKind.SERVER: 3,
        FailureKind.NOT_JSON: 2,
        FailureKind.SCHEMA: 2,
        FailureKind.CUT_OFF: 1,
        FailureKind.AUTH: 0,
        FailureKind.QUOTA: 0,
        FailureKind.CONTENT_FILTER: 0,
        FailureKind.REQUEST: 0,
    }
)
"""How often one question goes again to providers that have failed it so; one not asked yet may be asked besides."""

UNFIT: Final = frozenset({FailureKind.NOT_JSON, FailureKind.SCHEMA, FailureKind.CUT_OFF})
"""Answers that are no use: asked again at once with what is wrong with them, all in all as often as the first two."""

_ILL: Final = frozenset({FailureKind.TIMEOUT, FailureKind.RATE_LIMITED, FailureKind.NETWORK, FailureKind.SERVER})
_SAYS_NOTHING: Final = frozenset({FailureKind.AUTH, FailureKind.QUOTA})

_CODES: Final = {
    FailureKind.NOT_JSON: "PCF-LLM-002",
    FailureKind.SCHEMA: "PCF-LLM-003",
    FailureKind.CUT_OFF: "PCF-LLM-003",
    FailureKind.TIMEOUT: "PCF-LLM-004",
    FailureKind.RATE_LIMITED: "PCF-LLM-005",
}


@dataclass(frozen=True, slots=True)
class Policy:
    """Times in seconds. The defaults are the product's; tests and drills shorten them."""

    retries: Mapping[FailureKind, int] = field(default_factory=lambda: RETRIES)
    first_pause_s: float = 0.5
    longest_pause_s: float = 8.0
    retry_after_most_s: float = 60.0
    """A provider that asks for a longer pause than this is left alone for so long only."""
    key_rest_s: float = 300.0
    """How long a provider is left out whose key or quota is refused, unless its key file changes."""
    budget_share: float = 0.2
    """Of the questions of a window, how many may be asked once more in vain."""
    budget_reserve: int = 10
    """So many may in any window, or a quiet service could not fail over."""
    budget_window_s: float = 60.0
    hedge_after_s: float | None = None
    """Ask the next provider too when the first is silent for so long; None never does."""
    linger_s: float = 30.0
    """How long a call that nobody waits for any more is read on, for the provider's own count."""
    drain_s: float = 20.0
    """How long a shutdown waits for these."""
    answer_most_bytes: int = 262_144
    breaker: BreakerRules = field(default_factory=BreakerRules)

    def pause_s(self, number: int, chance: random.Random) -> float:
        """Before the n-th time around, from 0: exponential with full jitter."""
        return chance.uniform(0.0, min(self.longest_pause_s, self.first_pause_s * 2.0**number))


def code_of(kind: FailureKind) -> str:
    """The product's code, by the failure that decided."""
    return _CODES.get(kind, "PCF-LLM-001")


def health(kind: FailureKind) -> bool | None:
    """What a failure says of its provider: ill, well enough to answer, or nothing."""
    if kind in _SAYS_NOTHING:
        return None
    return kind not in _ILL
