"""Whose turn it is: who is asked next, and whether anybody may be."""

import asyncio
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from pcf_generator.models.answers import Candidate, RouterObserver
from pcf_generator.models.benches import Benches
from pcf_generator.models.breakers import Breakers, BreakerState
from pcf_generator.models.failures import FailureKind
from pcf_generator.models.policy import Policy
from pcf_generator.models.question import Question
from pcf_generator.models.retry_budget import RetryBudget

__all__ = ["Turn", "Turns"]

_LEAST_S: Final = 0.05
"""With less time than this left, a call would be paid for and not read."""


@dataclass(slots=True)
class Turn:
    """One attempt that may be made: the circuit lets it through, and the budget has a place for it if it needs one."""

    candidate: Candidate
    holds_place: bool = False
    began: float = 0.0
    is_open: bool = True
    """Until circuit and budget know how it ended."""


class Turns:
    """In order of preference; another provider rather than a pause, a pause rather than nobody."""

    def __init__(
        self,
        candidates: Sequence[Candidate],
        *,
        policy: Policy,
        budget: RetryBudget,
        breakers: Breakers,
        benches: Benches,
        observer: RouterObserver,
        chance: random.Random,
        clock: Callable[[], float],
    ) -> None:
        self._candidates = candidates
        self._policy = policy
        self._budget = budget
        self._breakers = breakers
        self._benches = benches
        self._observer = observer
        self._chance = chance
        self._clock = clock

    async def next(self, question: Question) -> Turn:
        """NoAnswer when nobody is left, or no time."""
        if question.ends_at - self._clock() < _LEAST_S:
            raise question.unanswered(FailureKind.TIMEOUT)
        if (candidate := question.correcting) is not None:
            question.begins(candidate)
            return Turn(candidate, began=self._clock())
        return await self._any_of(self._fresh(question), question) or await self._after_a_pause(question)

    async def beside(self, question: Question) -> Turn | None:
        """A second one beside one that is slow, if there is another and the budget has a place at once."""
        for candidate in self._fresh(question):
            if not self._budget.take():
                return None
            if turn := await self._admitted(question, candidate, holds_place=True):
                return turn
        return None

    async def _after_a_pause(self, question: Question) -> Turn:
        while True:
            pool = [each for each in self._candidates if question.may_ask(each) and not self._benches.is_out(each)]
            if not pool:
                raise question.unanswered(FailureKind.SERVER)
            asked_for_s = min(map(self._benches.pause_left_s, pool))
            pause_s = asked_for_s + self._policy.pause_s(question.rounds, self._chance)
            if self._clock() + pause_s + _LEAST_S > question.ends_at:
                raise question.unanswered(FailureKind.RATE_LIMITED)
            question.rounds += 1
            await asyncio.sleep(pause_s)
            ready = [each for each in pool if not self._benches.pause_left_s(each)]
            if turn := await self._any_of(sorted(ready, key=question.attempts_of), question):
                return turn

    def _fresh(self, question: Question) -> list[Candidate]:
        """Who was not asked yet, and can be at once."""
        return [
            each
            for each in self._candidates
            if not question.attempts_of(each)
            and question.may_ask(each)
            and not self._benches.is_out(each)
            and not self._benches.pause_left_s(each)
        ]

    async def _any_of(self, candidates: Sequence[Candidate], question: Question) -> Turn | None:
        """The first that its circuit lets through; those it does not are not come back to."""
        for candidate in candidates:
            holds_place = question.attempts > 0
            if holds_place and not await self._budget.wait(ends_at=question.ends_at):
                self._observer.retry_denied()
                raise question.unanswered(FailureKind.SERVER)
            if turn := await self._admitted(question, candidate, holds_place=holds_place):
                return turn
            question.give_up(candidate)
        return None

    async def _admitted(self, question: Question, candidate: Candidate, *, holds_place: bool) -> Turn | None:
        admitted = False
        try:
            admitted = await self._breakers.admit(candidate.target)
        finally:
            if holds_place and not admitted:
                self._budget.give_back()
        if not admitted:
            provider = candidate.provider
            self._observer.breaker(provider.provider, provider.model, BreakerState.OPEN)
            return None
        question.begins(candidate)
        return Turn(candidate, holds_place, self._clock())
