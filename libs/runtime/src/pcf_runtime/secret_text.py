"""A secret that may change while the service runs: whoever needs it asks for it each time, and gets it as it is."""

import asyncio
import logging
import random
import time
from collections.abc import Callable
from typing import Final, Protocol

__all__ = ["FixedText", "SecretText", "SecretUnreadableError", "WatchedText"]

_log = logging.getLogger(__name__)
_JITTER: Final = 0.1
"""Instances that started together do not all ask at the same moment."""


class SecretUnreadableError(Exception):
    """The secret cannot be had now; the message says where it is looked for, and never what it is."""


class SecretText(Protocol):
    """One secret."""

    async def read(self) -> str:
        """As it is now, or as it was last if it cannot be read now."""

    async def after(self, refused: str, *, within_s: float) -> str | None:
        """Another than the one that was refused as soon as there is one, or the same when the time is over.

        None: there will never be another.
        """


class FixedText:
    """SecretText from the environment: it changes with the next start."""

    def __init__(self, text: str) -> None:
        self._text = text

    async def read(self) -> str:
        return self._text

    async def after(self, refused: str, *, within_s: float) -> str | None:  # noqa: ARG002 - the protocol's signature
        return None

    def __repr__(self) -> str:
        return "FixedText()"


class WatchedText:
    """SecretText that is read anew: when it is older than `every_s`, and sooner when it was refused.

    `fetch` may block, and raises SecretUnreadableError. Nobody who waits makes it run more often than each `pause_s`.
    """

    def __init__(
        self,
        text: str,
        fetch: Callable[[], str],
        *,
        every_s: float,
        pause_s: float = 0.1,
        elapsed_s: Callable[[], float] = time.monotonic,
    ) -> None:
        self._text = text
        self._fetch = fetch
        self._every_s = every_s * random.uniform(1 - _JITTER, 1 + _JITTER)  # noqa: S311 - spreads load, hides nothing
        self._pause_s = pause_s
        self._elapsed_s = elapsed_s
        self._read_at = elapsed_s()
        self._fetching = asyncio.Lock()

    async def read(self) -> str:
        await self._renew(older_than_s=self._every_s)
        return self._text

    async def after(self, refused: str, *, within_s: float) -> str:
        ends = self._elapsed_s() + within_s
        while True:
            await self._renew(older_than_s=self._pause_s)
            if self._text != refused or self._elapsed_s() + self._pause_s > ends:
                return self._text
            await asyncio.sleep(self._pause_s)

    async def _renew(self, *, older_than_s: float) -> None:
        async with self._fetching:
            if self._elapsed_s() - self._read_at < older_than_s:
                return
            try:
                self._text = await asyncio.to_thread(self._fetch)
            except SecretUnreadableError as error:
                _log.warning("secret not read anew", extra={"pcf.reason": str(error)})
            self._read_at = self._elapsed_s()

    def __repr__(self) -> str:
        return "WatchedText()"
