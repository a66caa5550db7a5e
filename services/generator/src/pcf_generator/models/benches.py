"""Who sits out for a while, in this instance: for a key or quota that was refused, or because it asked for a pause."""

from collections.abc import Callable
from dataclasses import dataclass

from pcf_generator.models.answers import Candidate

__all__ = ["Benches"]


@dataclass(frozen=True, slots=True)
class _Refused:
    until: float
    key_stamp: object


class Benches:
    """By candidate; nothing here is shared, for each instance learns it by one call."""

    def __init__(self, *, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._refused: dict[str, _Refused] = {}
        self._paused: dict[str, float] = {}

    def refused(self, candidate: Candidate, *, rest_s: float) -> None:
        """Its key or quota was; out until that time is over or the key file changes."""
        self._refused[candidate.target] = _Refused(self._clock() + rest_s, candidate.key_stamp())

    def asked_to_pause(self, candidate: Candidate, pause_s: float) -> None:
        """It said when to come again."""
        self._paused[candidate.target] = self._clock() + pause_s

    def is_out(self, candidate: Candidate) -> bool:
        """Whether it is left out; no use in waiting for it."""
        refused = self._refused.get(candidate.target)
        if refused is None:
            return False
        if self._clock() < refused.until and candidate.key_stamp() == refused.key_stamp:
            return True
        del self._refused[candidate.target]
        return False

    def pause_left_s(self, candidate: Candidate) -> float:
        """How long it still wants to be left alone."""
        return max(0.0, self._paused.get(candidate.target, 0.0) - self._clock())
