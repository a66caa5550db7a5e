"""Delivers key events to the audit log: in order, until acknowledged, safe to repeat.

The log away costs nothing but the lag: keys are made and revoked all the same, and the gateway stays ready. An event
that it refuses for good is set aside, so that those behind it arrive.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Final

from pcf_runtime import tasks
from pcf_runtime.errors import AlreadyExists, InvalidArgument, ServiceError
from prometheus_client import CollectorRegistry, Gauge

from pcf_gateway.auth.key_event import KeyEvent, KeyTrail

__all__ = ["DeliveryTimes", "delivering"]

_logger: Final = logging.getLogger(__name__)
_BATCH: Final = 100


@dataclass(frozen=True, slots=True)
class DeliveryTimes:
    """In seconds."""

    idle_s: float = 10.0
    """After which the outbox is looked at without a sign: another process may have left something."""
    first_delay_s: float = 0.2
    """Before trying again; doubled each time."""
    longest_delay_s: float = 10.0
    flush_s: float = 2.0
    """How long a stop may take: what stays is delivered after the next start."""


@asynccontextmanager
async def delivering(
    trail: KeyTrail,
    append: Callable[[Sequence[KeyEvent]], Awaitable[None]],
    *,
    registry: CollectorRegistry,
    times: DeliveryTimes | None = None,
) -> AsyncIterator[None]:
    """Deliver until the block ends, and then what can be delivered quickly."""
    delivery = _Delivery(trail, append, registry, times or DeliveryTimes())
    task = asyncio.create_task(delivery.run(), name="key events")
    task.add_done_callback(_tell_death)
    try:
        yield
    finally:
        await tasks.end(task)
        await delivery.flush()


class _Delivery:
    def __init__(
        self,
        trail: KeyTrail,
        append: Callable[[Sequence[KeyEvent]], Awaitable[None]],
        registry: CollectorRegistry,
        times: DeliveryTimes,
    ) -> None:
        self._trail = trail
        self._append = append
        self._times = times
        self._depth = Gauge("pcf_gateway_audit_outbox_depth", "Key events not yet delivered.", registry=registry)

    async def run(self) -> None:
        delay_s = self._times.first_delay_s
        while True:
            self._trail.changed.clear()
            try:
                await self._deliver()
            except ServiceError as error:
                cause = type(error.__cause__ or error).__name__
                _logger.warning("key events not delivered", extra={"pcf.reason": error.reason, "pcf.error": cause})
                await asyncio.sleep(delay_s)
                delay_s = min(delay_s * 2, self._times.longest_delay_s)
                continue
            delay_s = self._times.first_delay_s
            with suppress(TimeoutError):
                async with asyncio.timeout(self._times.idle_s):
                    await self._trail.changed.wait()

    async def flush(self) -> None:
        try:
            async with asyncio.timeout(self._times.flush_s):
                await self._deliver()
        except (ServiceError, TimeoutError):
            _logger.warning("key events stay in the outbox")

    async def _deliver(self) -> None:
        """What waits, all of it; the depth is measured before and after, so that it shows what cannot leave."""
        self._depth.set(await self._trail.depth())
        size = _BATCH
        while events := await self._trail.undelivered(limit=size):
            try:
                await self._append(events)
            except (InvalidArgument, AlreadyExists) as error:
                if len(events) == 1:
                    await self._set_aside(events[0], error)
                # The bad one is among these: find it by sending one at a time.
                size = 1
                continue
            await self._trail.delivered([event.event_id for event in events])
        self._depth.set(await self._trail.depth())

    async def _set_aside(self, event: KeyEvent, error: ServiceError) -> None:
        _logger.error(
            "key event refused and set aside",
            extra={"pcf.event_id": event.event_id, "pcf.type": event.type, "pcf.reason": error.reason},
        )
        await self._trail.set_aside(event.event_id, reason=f"{error.reason}: {error.message}"[:1000])


def _tell_death(task: "asyncio.Task[None]") -> None:
    """Log at once what would otherwise show only in the outbox's depth: nothing is delivered any more."""
    if not task.cancelled() and (error := task.exception()):
        _logger.critical("delivery of key events stopped by an error", exc_info=error)
