"""Calls that are paid for: the most is reserved before anything is sent, and what it did cost is settled afterwards.

What is sent is read to its end, whoever still waits for it: of a call that is cut off only the provider knows the
count. A call that a shutdown cuts off after all stays unsettled, and the purse takes it as such when its reservation
runs out.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from typing import Final

from pcf_runtime import trace_context

from pcf_generator.build_store import StoreUnavailable
from pcf_generator.models.answers import Candidate, RouterObserver
from pcf_generator.models.background import Background
from pcf_generator.models.calls import Call, Reply, Usage
from pcf_generator.models.failures import FailureKind, ModelFailure
from pcf_generator.models.money import Outcome, Payer, Purse, Spent

__all__ = ["Exchanges"]

log = logging.getLogger(__name__)

_SETTLING_S: Final = 1.0
"""How long an answer waits for its settlement; a store that is away longer gets it afterwards."""
_SETTLE_AGAIN_S: Final = (0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0)
_TIDY_S: Final = 1.0
"""What a provider has, beyond its time, to say by itself that it is over."""


@dataclass(slots=True)
class _Exchange:
    candidate: Candidate
    call: Call
    payer: Payer
    timeout_s: float
    is_sent: bool = False
    abandoned: Outcome | None = None
    """Set once nobody waits for it, to what it counts as then."""

    def spent(self, usage: Usage, outcome: Outcome) -> Spent:
        provider = self.candidate.provider
        cost_micros = self.candidate.price.cost(usage)
        name, model, purpose = provider.provider, provider.model, self.call.purpose
        return Spent(name, model, purpose, usage, cost_micros, self.abandoned or outcome)


class Exchanges:
    """Asks, once each time."""

    def __init__(self, purse: Purse, background: Background, *, observer: RouterObserver, linger_s: float) -> None:
        self._purse = purse
        self._background = background
        self._observer = observer
        self._linger_s = linger_s

    async def ask(self, candidate: Candidate, call: Call, payer: Payer, *, timeout_s: float) -> Reply:
        """ModelFailure, CapReached or StoreUnavailable. Cancelled, or out of time, it goes on without us."""
        exchange = _Exchange(candidate, call, payer, timeout_s)
        name = f"a call of {candidate.target}"
        running = self._background.keep(self._run(exchange), name=name)
        try:
            ended, _ = await asyncio.wait({running}, timeout=timeout_s)
        except asyncio.CancelledError:
            exchange.abandoned = "cancelled"
            raise
        if not ended:
            exchange.abandoned = "failed"
            if not exchange.is_sent:
                raise StoreUnavailable("the purse does not answer")
            raise _too_slow(timeout_s)
        return running.result()

    async def _run(self, exchange: _Exchange) -> Reply:
        most_micros = exchange.candidate.price.most(exchange.call)
        reservation = await self._purse.reserve(exchange.payer, most_micros)
        if exchange.abandoned:
            await self._stored(partial(self._purse.release, reservation))
            raise _too_slow(exchange.timeout_s)
        exchange.is_sent = True
        try:
            reply = await self._read(exchange)
        except ModelFailure as failure:
            usage = Usage(failure.input_tokens, failure.output_tokens)
            await self._settle(reservation, exchange.spent(usage, "failed"))
            raise
        await self._settle(reservation, exchange.spent(reply.usage, "answered"))
        return reply

    async def _read(self, exchange: _Exchange) -> Reply:
        """To the end mark, also when nobody waits for it any more."""
        limit_s = exchange.timeout_s + self._linger_s
        provider = exchange.candidate.provider
        told = {
            "gen_ai.operation.name": "chat",
            "gen_ai.provider.name": provider.provider,
            "gen_ai.request.model": provider.model,
            "pcf.purpose": exchange.call.purpose,
        }
        try:
            with trace_context.span(f"chat {provider.model}", "client", told) as span:
                async with asyncio.timeout(limit_s + _TIDY_S):
                    reply = await provider.complete(exchange.call, timeout_s=limit_s)
                if span is not None:
                    span.set("gen_ai.usage.input_tokens", reply.usage.input_tokens)
                    span.set("gen_ai.usage.output_tokens", reply.usage.output_tokens)
                return reply
        except TimeoutError as error:
            raise _too_slow(limit_s) from error

    async def _settle(self, reservation: str, spent: Spent) -> None:
        self._observer.spent(spent)
        await self._stored(partial(self._purse.settle, reservation, spent))

    async def _stored(self, change: Callable[[], Awaitable[None]]) -> None:
        """Wait for it, but not for long: it is repeated until it is stored, and an answer need not wait for that."""
        task = self._background.keep(_until_stored(change), name="settling a call")
        await asyncio.wait({task}, timeout=_SETTLING_S)


async def _until_stored(change: Callable[[], Awaitable[None]]) -> None:
    for pause_s in (*_SETTLE_AGAIN_S, 0.0):
        try:
            await change()
        except StoreUnavailable as error:
            if not pause_s:
                log.error("a call is not settled", extra={"pcf.reason": str(error)})  # noqa: TRY400 - the reason will do
                return
            await asyncio.sleep(pause_s)
        else:
            return


def _too_slow(limit_s: float) -> ModelFailure:
    return ModelFailure(FailureKind.TIMEOUT, f"no whole answer within {limit_s:g} s")
