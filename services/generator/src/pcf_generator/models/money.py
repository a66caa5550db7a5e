"""What calls to language models cost, who pays, and up to where: in whole micro-dollars, never in floats.

A call is paid in two steps. Before it is sent, the most that it can cost is reserved, and refused once the tenant's
cap of the day would be passed; how many ask at once, and in how many instances, makes no difference. Afterwards what
it did cost is settled, by the tokens the provider counted, whether it answered, failed or was abandoned.

A reservation whose instance ended before it could settle runs out. Nobody knows then whether the provider billed the
call, so it is taken both ways: it never gets a cost, for none was told, and it goes on to count against the cap with
the most it can have cost, for it may be on the bill. Lists show it as unsettled.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Literal, Protocol

from pcf_generator.models.calls import Call, Usage

__all__ = [
    "MICROS_MOST",
    "RESERVED_S",
    "TOKENS_MOST",
    "CapReached",
    "Caps",
    "DayCaps",
    "DaySpending",
    "ModelSpending",
    "Outcome",
    "Payer",
    "Place",
    "Price",
    "Purse",
    "ReservationUnknown",
    "Spent",
    "Standing",
    "Tally",
    "most_tokens",
]

MICROS_MOST = 10**15
"""A billion dollars: no amount is more, and no sum of them passes what databases count with."""
TOKENS_MOST = 10**12
RESERVED_S = 900.0
"""How long a reservation waits for its settlement: longer than any call can take."""

_FRAMING_TOKENS = 1_000
"""What providers add of their own around a call: roles, names, and how to answer by a schema."""
_MTOK = 1_000_000

Outcome = Literal["answered", "failed", "cancelled"]
"""How a call ended: with an answer of any worth, with none, or abandoned by us."""


class CapReached(Exception):  # noqa: N818 - reads as what it is
    """The tenant's cap of the day does not allow the call; the next day begins in `retry_after_s`."""

    def __init__(self, retry_after_s: float) -> None:
        super().__init__(f"the day's cap is reached; a new day begins in {retry_after_s:.0f} s")
        self.retry_after_s = retry_after_s


class ReservationUnknown(LookupError):  # noqa: N818
    """There never was such a reservation."""


@dataclass(frozen=True, slots=True)
class Payer:
    """Who a call is for."""

    tenant: str
    build_id: str


@dataclass(frozen=True, slots=True)
class Price:
    """What one model charges, in micro-dollars for 1,000,000 tokens."""

    input_micros_per_mtok: int
    output_micros_per_mtok: int

    def __post_init__(self) -> None:
        _check(self.input_micros_per_mtok, self.output_micros_per_mtok, most=MICROS_MOST)

    def cost(self, usage: Usage) -> int:
        """Micro-dollars, rounded up: a call is booked for less than one micro-dollar too much, never too little."""
        exact = usage.input_tokens * self.input_micros_per_mtok + usage.output_tokens * self.output_micros_per_mtok
        return -(-exact // _MTOK)

    def most(self, call: Call) -> int:
        """The most that a call can cost, in micro-dollars."""
        return self.cost(most_tokens(call))


def most_tokens(call: Call) -> Usage:
    """The most tokens a call can take: no tokenizer makes more of a text than it has bytes."""
    schema = json.dumps(call.schema, ensure_ascii=False)
    again = (call.correction.answer, call.correction.faults) if call.correction else ()
    texts = (call.instructions, call.text, call.schema_name, schema, *again)
    sent = sum(len(text.encode(errors="surrogatepass")) for text in texts)
    return Usage(sent + _FRAMING_TOKENS, call.max_output_tokens)


@dataclass(frozen=True, slots=True)
class Spent:
    """One call and what it cost. Holds nothing of what was asked or answered."""

    provider: str
    model: str
    purpose: str
    usage: Usage
    cost_micros: int
    outcome: Outcome

    def __post_init__(self) -> None:
        _check(self.cost_micros, most=MICROS_MOST)
        _check(self.usage.input_tokens, self.usage.output_tokens, most=TOKENS_MOST)


class Caps(Protocol):
    """How much each tenant may spend in a day, as it stands at the moment."""

    def of(self, tenant: str) -> int:
        """The cap of one tenant, in micro-dollars."""


@dataclass(frozen=True, slots=True)
class DayCaps:
    """How much a tenant may spend in a day of UTC, in micro-dollars: the usual amount, or its own."""

    usual_micros: int
    tenants: Mapping[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        _check(self.usual_micros, *self.tenants.values(), most=MICROS_MOST)

    def of(self, tenant: str) -> int:
        """The cap of one tenant."""
        return self.tenants.get(tenant, self.usual_micros)


@dataclass(frozen=True, slots=True)
class Tally:
    """Settled calls, added up. `calls` are all of them; those that failed or were cancelled are among them."""

    calls: int = 0
    failed: int = 0
    cancelled: int = 0
    usage: Usage = field(default_factory=Usage)
    cost_micros: int = 0

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(
            self.calls + other.calls,
            self.failed + other.failed,
            self.cancelled + other.cancelled,
            self.usage + other.usage,
            self.cost_micros + other.cost_micros,
        )

    @classmethod
    def of(cls, spent: Spent) -> "Tally":
        """One call."""
        failed, cancelled = spent.outcome == "failed", spent.outcome == "cancelled"
        return cls(1, int(failed), int(cancelled), spent.usage, spent.cost_micros)


@dataclass(frozen=True, slots=True)
class ModelSpending:
    """What one model was paid."""

    provider: str
    model: str
    tally: Tally


Place = tuple[date, str, str]
"""Day, provider and model: what tells a tenant's lines apart, and their order."""


@dataclass(frozen=True, slots=True)
class DaySpending:
    """What one tenant paid for one model on one day."""

    tenant: str
    day: date
    provider: str
    model: str
    tally: Tally

    @property
    def place(self) -> Place:
        """Where it stands in its list."""
        return self.day, self.provider, self.model


@dataclass(frozen=True, slots=True)
class Standing:
    """How a tenant stands: some days added up, and what is left of today."""

    total: Tally
    unsettled: int
    """Calls of those days whose instance ended before it could say what they cost."""
    unsettled_micros: int
    """The most that these can have cost; in no other sum."""
    today: date
    cap_micros: int
    counted_micros: int
    """What counts against today's cap: cost, what is reserved now, and what is unsettled."""

    @property
    def left_micros(self) -> int:
        """What today's cap still allows; none once a call has cost more than was reserved."""
        return max(0, self.cap_micros - self.counted_micros)


class Purse(Protocol):
    """Keeps count, by the database's clock. Any method may raise StoreUnavailable.

    A call belongs to the day it was reserved on, also when midnight comes before its end.
    """

    async def reserve(self, payer: Payer, most_micros: int) -> str:
        """Set aside the most that a call can cost, and name the reservation; CapReached, ValueError below zero."""

    async def settle(self, reservation: str, spent: Spent) -> None:
        """Say what a call cost, in full, even if it was more than reserved; ReservationUnknown.

        The first settlement holds and a second changes nothing, so that who does not know whether it was stored
        repeats it. It holds as well if it comes after the reservation ran out or was released: money that went is
        counted.
        """

    async def release(self, reservation: str) -> None:
        """Give back what was set aside, for nothing was sent; ReservationUnknown. Nothing if it was settled."""

    async def usage(
        self, tenant: str, *, first_day: date, last_day: date, after: Place | None = None, limit: int = 1000
    ) -> Sequence[DaySpending]:
        """The tenant's lines of some days, both included, by day, provider and model; those behind `after`."""

    async def standing(self, tenant: str, *, first_day: date, last_day: date) -> Standing:
        """The same days added up, and how today stands."""

    async def of_build(self, build_id: str) -> Sequence[ModelSpending]:
        """What one build has cost up to now, by provider and model."""


def _check(*amounts: int, most: int) -> None:
    for amount in amounts:
        if not 0 <= amount <= most:
            raise ValueError(f"an amount of {amount} is not within 0 and {most}")
