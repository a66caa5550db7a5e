"""Moving the product to the other region, step by step.

Each step can be done twice: after a failure run the command again.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

from pcf_ops import cache
from pcf_ops.configuration import Configuration
from pcf_ops.database import Database, DatabaseFailedError
from pcf_ops.record import Record, RecordFailedError
from pcf_ops.view import View, objections, view_of

__all__ = ["Change", "RefusedError", "StepFailedError", "Steps"]


class RefusedError(Exception):
    """Nothing was changed; the message says why."""


class StepFailedError(Exception):
    """Some steps are done, this one is not; the message says which and what to do."""


@dataclass(frozen=True, slots=True)
class Steps:
    """What a change is made of beside databases and the record."""

    tell: Callable[[str], None]
    """Progress, a line each."""
    verify: Callable[[str], Awaitable[str]]
    """Does the main job at a URL; what is wrong, or nothing."""
    notify: Callable[[str], Awaitable[str]]
    """Tells stakeholders; what is wrong, or nothing."""


@dataclass(frozen=True, slots=True)
class Change:
    """From one region to the other."""

    told: Configuration
    record: Record
    steps: Steps
    to: str
    planned: bool = False
    loss_accepted: bool = False
    catch_up_s: float = 60.0
    """So long a standby may take to apply what its primary wrote last."""

    async def run(self) -> None:
        """Promote, switch, verify, notify. RefusedError, StepFailedError."""
        began = time.monotonic()
        view = await view_of(self.told, self.record)
        refused = list(objections(view, self.told, self.to, planned=self.planned, loss_accepted=self.loss_accepted))
        if refused:
            raise RefusedError("\n".join(refused))
        await self._promote(view)
        region = self.told.regions[self.to]
        if region.redis:
            wrong = await cache.promote(region.redis)
            slower = f"not done, and only slower for it: {wrong}"
            self.steps.tell(slower if wrong else f"        the Redis of {self.to} is promoted")
        async with self._step(f"the record leads to {region.target}"):
            await asyncio.to_thread(self.record.write, region.target)
        async with self._step(f"{self.to} does the main job"):
            if wrong := await self.steps.verify(region.url):
                raise StepFailedError(f"{self.to} has taken over and makers are sent there, but: {wrong}")
        gone = self.told.other(self.to)
        why = "as planned" if self.planned else f"{gone} is lost"
        message = f"PCF Builder runs in {self.to} now ({why}), after {time.monotonic() - began:.0f} s."
        if wrong := await self.steps.notify(message):
            raise StepFailedError(f"{self.to} has taken over and does the main job, but nobody was told: {wrong}")
        self.steps.tell(message)
        self.steps.tell(
            f"Now rebuild the database of {gone} as a standby of {self.to}'s, before anything there starts again."
        )

    async def _promote(self, view: View) -> None:
        source, target = view.regions[self.told.other(self.to)].database, view.regions[self.to].database
        if target and target.writes:
            self.steps.tell(f"the database of {self.to} takes writes already")
            return
        held = Database(self.told.regions[self.told.other(self.to)].database)
        standby = Database(self.told.regions[self.to].database)
        if self.planned and source:
            try:
                async with self._step(f"{self.told.other(self.to)} takes no writes, {self.to} has all of it"):
                    await standby.reach(await held.hold(), within_s=self.catch_up_s)
            except StepFailedError:
                await held.release()
                self.steps.tell(f"{self.told.other(self.to)} takes writes again")
                raise
        # From here on nobody knows whether it is promoted if the answer is lost: what is held stays so.
        async with self._step(f"the database of {self.to} is promoted"):
            await standby.promote()

    @asynccontextmanager
    async def _step(self, what: str) -> AsyncIterator[None]:
        began = time.monotonic()
        try:
            yield
        except (DatabaseFailedError, RecordFailedError) as error:
            raise StepFailedError(f"not done: {what}: {error}") from error
        self.steps.tell(f"{time.monotonic() - began:6.1f} s  {what}")
