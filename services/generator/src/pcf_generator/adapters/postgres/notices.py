"""Wake-ups between instances, by LISTEN and NOTIFY on one connection that is made anew whenever it is lost.

They are sent after the commit and not within it: a transaction that notifies takes a lock of the whole server until
it is on disk, so that no two could commit at once. What is lost on the way (a crash between commit and notice, a
connection) costs time only: everyone who waits also looks by himself now and then, and on every new connection all
are woken.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, TypeAlias

import asyncpg
from pcf_runtime.postgres.faults import FAULTS, DatabaseUnusableError

from pcf_generator.adapters.postgres.wakeups import Wakeups

__all__ = ["CHANNEL", "NoticeTimes", "Notices"]

CHANNEL = "pcf_generator"
_MOST_TOPICS = 200
"""In one notice: it may hold 8,000 bytes, and a topic takes 33."""

_NOT_CONNECTED: tuple[type[BaseException], ...] = (*FAULTS, DatabaseUnusableError)

log = logging.getLogger(__name__)

Listener: TypeAlias = "asyncpg.Connection[asyncpg.Record]"
Connect = Callable[[], Awaitable[Listener]]
"""Makes a connection that nobody else uses; FAULTS, DatabaseUnusableError."""


@dataclass(frozen=True, slots=True)
class NoticeTimes:
    """In seconds."""

    beat_s: float = 10.0
    """How long the connection may be silent before it is asked whether it still lives."""
    answer_s: float = 5.0
    """How long it may take to answer."""
    retry_s: float = 1.0
    """Before a lost connection is made anew."""


class Notices:
    """Tells topics here and to the other instances, and hears theirs."""

    def __init__(self, connect: Connect, wakeups: Wakeups, *, times: NoticeTimes | None = None) -> None:
        self._connect = connect
        self._wakeups = wakeups
        self._times = times or NoticeTimes()
        self._unsent: set[str] = set()
        self._stirred = asyncio.Event()
        self._own_pid = 0
        self._tried = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self.listening = asyncio.Event()
        """Set while the other instances are heard."""

    def tell(self, topics: Iterable[str]) -> None:
        """Wake who waits for these, in every instance."""
        told = list(topics)
        self._wakeups.tell(told)
        self._unsent.update(told)
        self._stirred.set()

    async def start(self) -> None:
        """Begin to listen; returns when that succeeded or failed for the first time."""
        self._task = asyncio.create_task(self._listen_forever(), name="notices")
        await self._tried.wait()

    async def stop(self) -> None:
        """Listen no more."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait({self._task})

    async def _listen_forever(self) -> None:
        while True:
            try:
                connection = await self._connect()
            except _NOT_CONNECTED:
                # The readiness tells of it, and so does whoever needs the database itself.
                self._tried.set()
                await asyncio.sleep(self._times.retry_s)
                continue
            try:
                await self._listen(connection)
            except FAULTS as error:
                log.warning("other instances are not heard for now", extra={"pcf.reason": type(error).__name__})
            finally:
                self.listening.clear()
                self._tried.set()
                connection.terminate()
            self._wakeups.tell_everyone()
            await asyncio.sleep(self._times.retry_s)

    async def _listen(self, connection: Listener) -> None:
        """Hear and send until the connection is lost, which is raised."""
        self._own_pid = connection.get_server_pid()
        connection.add_termination_listener(lambda _: self._stirred.set())
        async with asyncio.timeout(self._times.answer_s):
            # A notice that a crash swallows is no loss, so none waits for the disk or a standby.
            await connection.execute("SET synchronous_commit = off")
            await connection.add_listener(CHANNEL, self._hear)
        self.listening.set()
        self._tried.set()
        # What was told before this connection listened is told by nobody any more.
        self._wakeups.tell_everyone()
        while True:
            await self._send(connection)
            await self._until_stirred(connection)

    async def _until_stirred(self, connection: Listener) -> None:
        try:
            async with asyncio.timeout(self._times.beat_s):
                await self._stirred.wait()
        except TimeoutError:
            await connection.fetchval("SELECT 1", timeout=self._times.answer_s)
        if connection.is_closed():
            raise ConnectionResetError

    async def _send(self, connection: Listener) -> None:
        """One notice for all that came together while the last was sent."""
        self._stirred.clear()
        topics, self._unsent = sorted(self._unsent), set()
        try:
            for some in _parts(topics):
                payload = " ".join(some)
                await connection.execute("SELECT pg_notify($1, $2)", CHANNEL, payload, timeout=self._times.answer_s)
        except BaseException:
            self._unsent.update(topics)
            raise

    def _hear(self, _connection: Any, sender: int, _channel: str, payload: object) -> None:
        if sender != self._own_pid:  # our own were told when they were sent
            self._wakeups.tell(str(payload).split())


def _parts(topics: list[str]) -> Iterator[list[str]]:
    for start in range(0, len(topics), _MOST_TOPICS):
        yield topics[start : start + _MOST_TOPICS]
