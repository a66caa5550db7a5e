"""What a tenant may ask about the money it has spent."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from pcf_generator.models.money import DaySpending, Place, Purse, Standing
from pcf_generator.ports.outside import Clock

__all__ = ["Accounts", "Period", "Statement"]


@dataclass(frozen=True, slots=True)
class Period:
    """Some days, both ends included."""

    first_day: date
    last_day: date


@dataclass(frozen=True, slots=True)
class Statement:
    """Lines of a period, and how the tenant stands. `more` if other lines follow."""

    tenant: str
    period: Period
    lines: Sequence[DaySpending]
    more: bool
    standing: Standing


class Accounts:
    """Reads from the purse that the calls are paid from."""

    def __init__(self, purse: Purse, *, clock: Clock) -> None:
        self._purse = purse
        self._clock = clock

    def period(self, first_day: date | None, last_day: date | None) -> Period:
        """The days that are meant: without a last one up to today, without a first one from its month's first on."""
        today = self._clock().date()
        last = last_day or max(today, first_day or today)
        return Period(first_day or last.replace(day=1), last)

    async def statement(self, tenant: str, period: Period, *, after: Place | None, limit: int) -> Statement:
        """The lines behind `after`, at most so many; the sums are those of the whole period."""
        first, last = period.first_day, period.last_day
        lines = await self._purse.usage(tenant, first_day=first, last_day=last, after=after, limit=limit + 1)
        standing = await self._purse.standing(tenant, first_day=first, last_day=last)
        return Statement(tenant, period, lines[:limit], len(lines) > limit, standing)
