"""Money, kept in memory: the rules of `Purse` at their shortest."""

import itertools
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal

from pcf_generator.models.money import (
    MICROS_MOST,
    RESERVED_S,
    CapReached,
    DayCaps,
    DaySpending,
    ModelSpending,
    Payer,
    Place,
    ReservationUnknown,
    Spent,
    Standing,
    Tally,
)
from pcf_runtime.testing import FakeClock


@dataclass
class Call:
    """One reservation and what became of it."""

    payer: Payer
    reserved_at: datetime
    most_micros: int
    state: Literal["reserved", "released", "settled"] = "reserved"
    spent: Spent | None = None

    @property
    def day(self) -> date:
        return self.reserved_at.date()

    @property
    def counted_micros(self) -> int:
        if self.spent is not None:
            return self.spent.cost_micros
        return self.most_micros if self.state == "reserved" else 0


@dataclass
class MemoryPurse:
    """Implements `Purse`; without a cap, nothing is refused."""

    caps: DayCaps = field(default_factory=lambda: DayCaps(MICROS_MOST))
    now: Callable[[], datetime] = field(default_factory=lambda: FakeClock().now)
    calls: dict[str, Call] = field(default_factory=dict)
    _ids: Iterable[int] = field(default_factory=itertools.count)

    @property
    def reserved(self) -> list[str]:
        """Reservations that nobody settled or released."""
        return [name for name, call in self.calls.items() if call.state == "reserved"]

    @property
    def settled(self) -> list[Spent]:
        """In the order of their reservations."""
        return [call.spent for call in self.calls.values() if call.spent is not None]

    def counted(self, tenant: str, day: date) -> int:
        """What counts against the cap of a day."""
        return sum(c.counted_micros for c in self.calls.values() if (c.payer.tenant, c.day) == (tenant, day))

    async def reserve(self, payer: Payer, most_micros: int) -> str:
        if most_micros < 0:
            raise ValueError(most_micros)
        now = self.now()
        if self.counted(payer.tenant, now.date()) + most_micros > self.caps.of(payer.tenant):
            midnight = datetime.combine(now.date() + timedelta(days=1), time(), tzinfo=UTC)
            raise CapReached((midnight - now).total_seconds())
        name = f"reservation {next(iter(self._ids))}"
        self.calls[name] = Call(payer, now, most_micros)
        return name

    async def settle(self, reservation: str, spent: Spent) -> None:
        call = self._known(reservation)
        if call.state != "settled":
            call.state, call.spent = "settled", spent

    async def release(self, reservation: str) -> None:
        call = self._known(reservation)
        if call.state == "reserved":
            call.state = "released"

    async def usage(
        self, tenant: str, *, first_day: date, last_day: date, after: Place | None = None, limit: int = 1000
    ) -> Sequence[DaySpending]:
        lines = self._by(lambda call, spent: (call.day, spent.provider, spent.model), self._of(tenant))
        found = [DaySpending(tenant, *place, tally) for place, tally in sorted(lines.items())]
        chosen = [line for line in found if first_day <= line.day <= last_day and (not after or line.place > after)]
        return chosen[:limit]

    async def standing(self, tenant: str, *, first_day: date, last_day: date) -> Standing:
        now = self.now()
        calls = [call for call in self._of(tenant) if first_day <= call.day <= last_day]
        lost = [c for c in calls if c.state == "reserved" and c.reserved_at + timedelta(seconds=RESERVED_S) <= now]
        return Standing(
            sum((Tally.of(call.spent) for call in calls if call.spent), Tally()),
            unsettled=len(lost),
            unsettled_micros=sum(call.most_micros for call in lost),
            today=now.date(),
            cap_micros=self.caps.of(tenant),
            counted_micros=self.counted(tenant, now.date()),
        )

    async def of_build(self, build_id: str) -> Sequence[ModelSpending]:
        calls = [call for call in self.calls.values() if call.payer.build_id == build_id]
        lines = self._by(lambda _, spent: (spent.provider, spent.model), calls)
        return [ModelSpending(*key, tally) for key, tally in sorted(lines.items())]

    def _known(self, reservation: str) -> Call:
        if reservation not in self.calls:
            raise ReservationUnknown(reservation)
        return self.calls[reservation]

    def _of(self, tenant: str) -> list[Call]:
        return [call for call in self.calls.values() if call.payer.tenant == tenant]

    def _by(self, key: Callable[[Call, Spent], tuple], calls: Sequence[Call]) -> dict[tuple, Tally]:
        sums: dict[tuple, Tally] = defaultdict(Tally)
        for call in calls:
            if call.spent is not None:
                sums[key(call, call.spent)] += Tally.of(call.spent)
        return sums
