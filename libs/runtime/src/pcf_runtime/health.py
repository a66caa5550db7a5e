"""Readiness: whether what a service needs is there, found out by asking regularly."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from pcf_runtime import tasks

_TIMEOUT_SHARE: Final = 0.9
_FIRST_ROUND_WAIT_S: Final = 1.0
_UNASKED: Final = "not asked yet"
_logger: Final = logging.getLogger(__name__)

Listener = Callable[[bool], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Check:
    """Something the service cannot work without. The probe raises while it is missing; the text is told."""

    name: str
    probe: Callable[[], Awaitable[None]]
    once: bool = False
    """Needed to begin: what goes away later is told, and takes nobody out of service. For what others stand before,
    or all of those who ask it would be taken out together, with everything else they serve."""


class Readiness:
    """Polls the checks every `interval_s`, each with a timeout of nine tenths of that."""

    def __init__(self, checks: Sequence[Check] = (), *, interval_s: float = 5.0) -> None:
        self._checks = tuple(checks)
        self._interval_s = interval_s
        self._missing = {check.name: _UNASKED for check in self._checks}
        self._seen: set[str] = set()
        self._away: Mapping[str, str] = {}
        self._listeners: list[Listener] = []
        self._poller: asyncio.Task[None] | None = None
        self.draining = asyncio.Event()
        """Set once the service leaves; streams without an end of their own watch it to end in time."""

    @property
    def ready(self) -> bool:
        return not self.waiting_for

    @property
    def waiting_for(self) -> Mapping[str, str]:
        """Name of each unmet check, and why; "draining" while the service leaves."""
        if self.draining.is_set():
            return MappingProxyType({"draining": "the service is shutting down"})
        return MappingProxyType(self._missing)

    @property
    def away(self) -> Mapping[str, str]:
        """Name of each check that was met once, which is all it takes, and is not now; and why."""
        return MappingProxyType(self._away)

    def notify(self, listener: Listener) -> None:
        """Have a listener told after every round whether the service is ready."""
        self._listeners.append(listener)

    async def start(self) -> None:
        """Begin asking. Waits for the first round if that is quick; a slow dependency holds up no start."""
        if self._poller is not None:
            return
        first_round_done = asyncio.Event()
        self._poller = asyncio.create_task(self._poll(first_round_done), name="readiness")
        with suppress(TimeoutError):
            await asyncio.wait_for(first_round_done.wait(), _FIRST_ROUND_WAIT_S)

    async def stop(self) -> None:
        if self._poller is None:
            return
        await tasks.end(self._poller)
        self._poller = None

    async def check_now(self) -> None:
        """Ask all checks once, side by side, and tell the listeners."""
        answers = await asyncio.gather(
            *(self._ask(check) for check in self._checks),
            return_exceptions=True,  # whatever a probe raises means "not ready"
        )
        found = list(zip(self._checks, answers, strict=True))
        self._seen |= {check.name for check, answer in found if answer is None and check.once}
        unmet = {check.name: self._why(answer) for check, answer in found if answer is not None}
        away = {name: why for name, why in unmet.items() if name in self._seen}
        missing = {name: why for name, why in unmet.items() if name not in self._seen}
        if (missing, away) != (self._missing, self._away):
            # Words, as in all other lines: a field cannot hold words here and an object there.
            told = {"pcf.waiting_for": missing, "pcf.away": away}
            words = {key: [f"{name}: {why}" for name, why in value.items()] for key, value in told.items()}
            _logger.info("readiness changed", extra=words)
        self._missing, self._away = missing, away
        for listener in self._listeners:
            await listener(self.ready)

    def drain(self) -> None:
        """Be not ready from now on, whatever the checks say."""
        self.draining.set()

    async def _poll(self, first_round_done: asyncio.Event) -> None:
        while True:
            await self.check_now()
            first_round_done.set()
            await asyncio.sleep(self._interval_s)

    async def _ask(self, check: Check) -> None:
        async with asyncio.timeout(self._interval_s * _TIMEOUT_SHARE):
            await check.probe()

    def _why(self, error: BaseException) -> str:
        if isinstance(error, TimeoutError) and not str(error):
            return f"no answer within {self._interval_s * _TIMEOUT_SHARE:g} s"
        return str(error) or type(error).__name__
