"""Asks in a build's name, and says how that went."""

import asyncio
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from pcf_generator.domain.consulted import CAP_REACHED, Consulted
from pcf_generator.models.answers import Answer, NoAnswer
from pcf_generator.models.calls import Call
from pcf_generator.models.forms import Repair
from pcf_generator.models.money import CapReached, Payer


class Asks(Protocol):
    """Puts a question to language models: the memory of earlier answers, and behind it the router."""

    async def ask(
        self, call: Call, payer: Payer, *, release: str, ends_at: float, repair: Repair | None = None
    ) -> Answer:
        """An answer that fits the call's schema, before the loop's clock says `ends_at`; NoAnswer, CapReached."""


@dataclass(frozen=True, slots=True)
class Errand:
    """Whose questions these are, and until when, by the monotonic clock, an answer is of use."""

    payer: Payer
    ends_at: float


@dataclass(frozen=True, slots=True)
class Heard:
    """What came of a question; without a value, `consulted` says why."""

    value: Mapping[str, object] | None
    consulted: Consulted


class Consultant:
    """Asks. That there is no answer is an answer here: the offline engine's stands then."""

    def __init__(self, asks: Asks, errand: Errand, *, limit_s: float) -> None:
        self._asks = asks
        self._errand = errand
        self._limit_s = limit_s

    async def __call__(self, call: Call, *, release: str, repair: Repair | None = None) -> Heard:
        """Ask within the limit of one question, and what is left of the build's time."""
        left = min(self._limit_s, self._errand.ends_at - time.monotonic())
        ends_at = asyncio.get_running_loop().time() + max(left, 0.0)
        try:
            answer = await self._asks.ask(call, self._errand.payer, release=release, ends_at=ends_at, repair=repair)
        except NoAnswer as error:
            return Heard(None, Consulted(call.purpose, attempts=len(error.failures), code=error.code))
        except CapReached:
            return Heard(None, Consulted(call.purpose, code=CAP_REACHED))
        return Heard(answer.value, _told(call, answer))


def _told(call: Call, answer: Answer) -> Consulted:
    return Consulted(
        purpose=call.purpose,
        provider=answer.provider,
        model=answer.model,
        input_tokens=answer.usage.input_tokens,
        output_tokens=answer.usage.output_tokens,
        cost_micros=answer.cost_micros,
        attempts=answer.attempts,
        cached=answer.cached,
    )
