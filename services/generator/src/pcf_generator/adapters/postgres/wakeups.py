"""Wakes those in this instance who wait for something in the store.

A wake-up says "look again" and no more: who is woken reads the store.
"""

import asyncio
from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

__all__ = ["TRAIL", "WORK", "Wakeups", "build_topic", "loss_topic", "take", "wait"]

WORK = "work"
"""A build may be waiting."""
TRAIL = "trail"
"""The outbox may hold something new."""


def build_topic(build_id: str) -> str:
    """Something happened to a build."""
    return f"build:{build_id}"


def loss_topic(build_id: str) -> str:
    """A build may have been taken from who holds it."""
    return f"loss:{build_id}"


class Wakeups:
    """Where waiters meet who tells them."""

    def __init__(self) -> None:
        self.work = asyncio.Event()
        self.trail = asyncio.Event()
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

    def tell(self, topics: Iterable[str]) -> None:
        """Wake everyone who waits for one of these now."""
        for topic in topics:
            if topic == WORK:
                self.work.set()
            elif topic == TRAIL:
                self.trail.set()
            for told in self._watched.get(topic, ()):
                told.set()

    def tell_everyone(self) -> None:
        """Wake all: something may have been missed."""
        self.tell([WORK, TRAIL, *self._watched])


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
