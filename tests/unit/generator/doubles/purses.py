"""The purses that money is counted with: one in a file, one in a PostgreSQL whose clock is a file."""

from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from pcf_generator.adapters.postgres.opening import open_database
from pcf_generator.adapters.postgres.spending import PostgresPurse
from pcf_generator.adapters.sqlite.database import Database
from pcf_generator.adapters.sqlite.spending import SqlitePurse
from pcf_generator.models.calls import Usage
from pcf_generator.models.money import CapReached, DayCaps, Outcome, Payer, Purse, Spent, Standing
from pcf_runtime.testing import FakeClock

from tests.unit.generator.doubles.stores import BuildsDatabase

CAP = 1000
"""Micro-dollars, of every tenant but `rich`."""
CAPS = DayCaps(CAP, {"rich": 10**15})
BUILD = "01JB2C3D4E5F6G7H8J9KMNPQRS"
ALWAYS = {"first_day": date.min, "last_day": date.max}
OpenPurse = Callable[[], Awaitable[Purse]]


@dataclass
class Counting:
    """A purse, and words to pay with. `open` gives another instance's purse on the same data."""

    purse: Purse
    clock: FakeClock
    open: OpenPurse

    async def reserve(self, most: int, *, tenant: str = "contoso", build: str = BUILD) -> str:
        return await self.purse.reserve(Payer(tenant, build), most)

    async def refused(self, most: int, *, tenant: str = "contoso") -> bool:
        """Whether the cap does not allow it; what it allows is given back."""
        try:
            await self.purse.release(await self.reserve(most, tenant=tenant))
        except CapReached:
            return True
        return False

    async def pay(self, cost: int, **called: object) -> str:
        """A whole call."""
        whose = {name: called.pop(name) for name in ("tenant", "build") if name in called}
        reservation = await self.reserve(cost, **whose)
        await self.purse.settle(reservation, spent(cost, **called))
        return reservation

    async def stand(self, tenant: str = "contoso") -> Standing:
        return await self.purse.standing(tenant, **ALWAYS)


def spent(cost: int, *, model: str = "small", outcome: Outcome = "answered", tokens: tuple[int, int] = (7, 3)) -> Spent:
    return Spent("scripted", model, "INTERPRET_INTENT", Usage(*tokens), cost, outcome)


def sqlite_purses(folder: Path, clock: FakeClock, new_id: Callable[[], str], stack: AsyncExitStack) -> OpenPurse:
    """Opens purses on one file, each as another instance would."""

    async def open_purse() -> Purse:
        database = await Database.open(folder / "builds.db")
        stack.push_async_callback(database.close)
        return SqlitePurse(database, caps=CAPS, clock=clock.now, new_id=new_id)

    return open_purse


def postgres_purses(builds: BuildsDatabase, new_id: Callable[[], str], stack: AsyncExitStack) -> OpenPurse:
    """Opens purses on one database, each with a pool of its own."""

    async def open_purse() -> Purse:
        database = await stack.enter_async_context(open_database(builds.url, size=5))
        return PostgresPurse(database, caps=CAPS, new_id=new_id)

    return open_purse
