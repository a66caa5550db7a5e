"""Asks language models, one question at a time, by one policy for all providers; `policy.py` holds its table.

An attempt is paid for (`exchanges.py`), its answer read strictly (`forms.py`), and whose turn is next decided in
`turns.py`: another provider at once, the same one with what was wrong with its answer, or any after a pause.
"""

import asyncio
import logging
import random
import time
from collections.abc import Callable, Coroutine, Sequence
from contextlib import suppress
from typing import Any, Final

from pcf_generator.build_store import StoreUnavailable
from pcf_generator.models.answers import Answer, Candidate, NoAnswer, RouterObserver, Unobserved
from pcf_generator.models.background import Background
from pcf_generator.models.benches import Benches
from pcf_generator.models.breakers import Breakers
from pcf_generator.models.calls import Call, Usage
from pcf_generator.models.exchanges import Exchanges
from pcf_generator.models.failures import FailureKind, ModelFailure
from pcf_generator.models.forms import Form, Repair, Unfit
from pcf_generator.models.hedging import first_answer
from pcf_generator.models.money import CapReached, Payer, Purse
from pcf_generator.models.policy import Policy, health
from pcf_generator.models.question import Question
from pcf_generator.models.retry_budget import RetryBudget
from pcf_generator.models.turns import Turn, Turns

__all__ = ["Answer", "Candidate", "NoAnswer", "Router"]

log = logging.getLogger(__name__)

_FOR_OPERATORS: Final = frozenset({FailureKind.AUTH, FailureKind.QUOTA, FailureKind.REQUEST})
"""Passes by nobody's doing but theirs."""


class Router:
    """The models of the settings, in order of preference."""

    def __init__(
        self,
        candidates: Sequence[Candidate],
        purse: Purse,
        *,
        policy: Policy,
        breakers: Breakers,
        chance: random.Random,
        observer: RouterObserver | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`clock` is the one that the event loop goes by; ValueError when two candidates have the same target."""
        targets = [candidate.target for candidate in candidates]
        if len(set(targets)) < len(targets):
            raise ValueError(f"a model is there twice: {', '.join(targets)}")
        self._policy = policy
        self._breakers = breakers
        self._observer = observer or Unobserved()
        self._clock = clock
        self._benches = Benches(clock=clock)
        self._budget = RetryBudget(
            share=policy.budget_share, reserve=policy.budget_reserve, window_s=policy.budget_window_s, clock=clock
        )
        self._background = Background()
        self._exchanges = Exchanges(purse, self._background, observer=self._observer, linger_s=policy.linger_s)
        self._turns = Turns(
            candidates,
            policy=policy,
            budget=self._budget,
            breakers=breakers,
            benches=self._benches,
            observer=self._observer,
            chance=chance,
            clock=clock,
        )

    async def ask(self, call: Call, payer: Payer, *, ends_at: float, repair: Repair | None = None) -> Answer:
        """A value of the call's schema with which `repair` finds no fault; NoAnswer, CapReached, StoreUnavailable.

        Everything has ended by `ends_at`, on the event loop's clock, but for the settlement of what was abandoned.
        """
        form = Form(call.schema, repair=repair, most_bytes=self._policy.answer_most_bytes)
        question = Question(call, payer, form=form, ends_at=ends_at, policy=self._policy)
        self._budget.asked()
        answer = None
        while answer is None:
            answer = await self._turn(question, await self._turns.next(question))
        return answer

    async def aclose(self) -> None:
        """Wait, for a time, until what was abandoned is settled."""
        await self._background.drain(within_s=self._policy.drain_s)

    async def _turn(self, question: Question, first: Turn) -> Answer | None:
        turns = [first]

        async def beside() -> Coroutine[Any, Any, Answer | None] | None:
            second = await self._turns.beside(question)
            if second is None:
                return None
            turns.append(second)
            return self._try_beside(question, second)

        try:
            if self._policy.hedge_after_s is None:
                return await self._try(question, first)
            trying = self._try(question, first)
            answer, by_second = await first_answer(trying, beside, after_s=self._policy.hedge_after_s)
        finally:
            for turn in turns:
                self._abandon(turn)
        if by_second is not None:
            self._observer.hedged(won=by_second)
        return answer

    async def _try(self, question: Question, turn: Turn) -> Answer | None:
        """Once; None when there was no useful answer, and the question knows why."""
        candidate = turn.candidate
        limit_s = min(candidate.timeout_s, question.ends_at - self._clock())
        call = question.call_for(candidate)
        try:
            reply = await self._exchanges.ask(candidate, call, question.payer, timeout_s=limit_s)
        except ModelFailure as failure:
            self._failed(question, candidate, failure)
            # Who got less time than its own shows nothing by not answering in it.
            was_hurried = failure.kind is FailureKind.TIMEOUT and limit_s < candidate.timeout_s
            await self._close(turn, failure.kind.value, healthy=None if was_hurried else health(failure.kind))
            return None
        except (CapReached, StoreUnavailable):
            await self._close(turn, "unsent", healthy=None)
            raise
        question.paid(candidate, reply.usage)
        outcome, answer = "answered", None
        try:
            answer = question.answered(candidate, question.form.read(reply.text))
        except Unfit as unfit:
            outcome = unfit.kind.value
            question.unfit(candidate, reply, unfit)
        await self._close(turn, outcome, healthy=True)
        return answer

    async def _try_beside(self, question: Question, turn: Turn) -> Answer | None:
        """Nothing that keeps a second try from being made ends the first."""
        with suppress(CapReached, StoreUnavailable):
            return await self._try(question, turn)
        return None

    def _failed(self, question: Question, candidate: Candidate, failure: ModelFailure) -> None:
        question.paid(candidate, Usage(failure.input_tokens, failure.output_tokens))
        question.failed(candidate, failure)
        level = logging.WARNING if failure.kind in _FOR_OPERATORS else logging.INFO
        told = {"pcf.model": candidate.target, "pcf.kind": failure.kind.value, "pcf.reason": failure.message}
        log.log(level, "a language model gave no answer", extra=told)
        if failure.kind in {FailureKind.AUTH, FailureKind.QUOTA}:
            self._benches.refused(candidate, rest_s=self._policy.key_rest_s)
        if failure.kind is FailureKind.RATE_LIMITED and failure.retry_after_s:
            pause_s = min(failure.retry_after_s, self._policy.retry_after_most_s)
            self._benches.asked_to_pause(candidate, pause_s)

    async def _close(self, turn: Turn, outcome: str, *, healthy: bool | None) -> None:
        """Tell everybody how it ended; nobody's cancellation keeps that from the circuit."""
        turn.is_open = False
        provider = turn.candidate.provider
        self._observer.called(provider.provider, provider.model, outcome, self._clock() - turn.began)
        if turn.holds_place and healthy:
            self._budget.give_back()
        elif turn.holds_place:
            self._budget.lose()
        telling = self._background.keep(self._tell(turn.candidate, healthy=healthy), name="telling the circuit")
        await asyncio.wait({telling})

    async def _tell(self, candidate: Candidate, *, healthy: bool | None) -> None:
        state = await self._breakers.ended(candidate.target, healthy=healthy)
        self._observer.breaker(candidate.provider.provider, candidate.provider.model, state)

    def _abandon(self, turn: Turn) -> None:
        if turn.is_open:
            self._background.keep(self._close(turn, "cancelled", healthy=None), name="closing an attempt")
