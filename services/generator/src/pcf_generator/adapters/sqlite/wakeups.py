"""Wakes those who wait for something in the store. One process owns the file, so events in memory will do.

A wake-up says "look again" and no more: who is woken reads the store.
"""

import asyncio
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager


class Wakeups:
    """Where waiters meet writers."""

    def __init__(self) -> None:
        self.work = asyncio.Event()
        """A build may be waiting."""
        self.trail = asyncio.Event()
        """The outbox may hold something new."""
        self._watched: dict[str, set[asyncio.Event]] = defaultdict(set)

    @contextmanager
    def watched(self, topic: str) -> Iterator[asyncio.Event]:
        """An event that `tell(topic)` sets from now on. Look at the store within, so that nothing falls between."""
        told = asyncio.Event()
        self._watched[topic].add(told)
        try:
            yield told
        finally:
            self._watched[topic].discard(told)
            if not self._watched[topic]:
                del self._watched[topic]

    def tell(self, topic: str) -> None:
        """Wake everyone who watches this now."""
        for told in self._watched.get(topic, ()):
            told.set()


async def take(event: asyncio.Event, *, timeout_s: float) -> None:
    """Wait for an event that one waiter uses up, or until the time is over."""
    await wait(event, timeout_s=timeout_s)
    event.clear()


async def wait(event: asyncio.Event, *, timeout_s: float) -> None:
    """Wait for an event, or until the time is over."""
    try:
        async with asyncio.timeout(timeout_s):
            await event.wait()
    except TimeoutError:
        return
