"""Group commit: calls that wait while a transaction is being stored go together into the next one.

Each caller is answered only after the transaction that holds its events is durable. A transaction runs in a
task of its own, so a caller that goes away neither stops it nor breaks it for the others.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from contextvars import Context
from dataclasses import dataclass

from pcf_runtime import trace_context
from pcf_runtime.errors import ServiceError

from pcf_audit.domain.growth import Receipt
from pcf_audit.domain.tenant_key import Sealed
from pcf_audit.errors import LogBusy, StoreUnavailable

__all__ = ["Answer", "Commit", "GroupWriter"]

Answer = tuple[Receipt, ...] | ServiceError
"""What one call gets: where its events stand, or why it was refused."""

Commit = Callable[[Sequence[Sequence[Sealed]]], Awaitable[Sequence[Answer]]]
"""Stores the events of several calls in one transaction and gives one answer for each, in order."""


@dataclass(frozen=True, slots=True)
class _Call:
    events: Sequence[Sealed]
    answer: asyncio.Future[tuple[Receipt, ...]]


class GroupWriter:
    """Gathers concurrent calls for `commit`, which never runs twice at a time."""

    def __init__(self, commit: Commit, *, max_batch_events: int, max_waiting_events: int) -> None:
        self._commit = commit
        self._max_batch_events = max_batch_events
        self._max_waiting_events = max_waiting_events
        self._waiting = deque[_Call]()
        self._waiting_events = 0
        self._running: asyncio.Task[None] | None = None
        self._closed = False

    async def append(self, events: Sequence[Sealed]) -> tuple[Receipt, ...]:
        """Waits until these events are durable."""
        if self._closed:
            raise StoreUnavailable
        # An empty queue takes any call, or one bigger than the limit could never be stored.
        if self._waiting and self._waiting_events + len(events) > self._max_waiting_events:
            raise LogBusy
        call = _Call(events, asyncio.get_running_loop().create_future())
        self._waiting.append(call)
        self._waiting_events += len(events)
        if self._running is None:
            # Without the first caller's context, or its deadline and ids would stick to the others' events.
            self._running = asyncio.create_task(self._run(), context=Context())
        with trace_context.span("group commit", attributes={"pcf.events": len(events)}):
            return await call.answer

    async def close(self) -> None:
        """Takes no more calls and answers those that wait."""
        self._closed = True
        if self._running:
            await asyncio.wait({self._running})

    async def _run(self) -> None:
        while self._waiting:
            calls = self._take()
            if calls:
                await self._store(calls)
        self._running = None

    def _take(self) -> list[_Call]:
        """The next calls, without those whose caller has gone, as many as make one transaction."""
        calls: list[_Call] = []
        size = 0
        while self._waiting and (not calls or size + len(self._waiting[0].events) <= self._max_batch_events):
            call = self._waiting.popleft()
            self._waiting_events -= len(call.events)
            if not call.answer.done():
                calls.append(call)
                size += len(call.events)
        return calls

    async def _store(self, calls: Sequence[_Call]) -> None:
        # A task, so that whatever ends it reaches the callers and this loop goes on.
        commit = asyncio.ensure_future(self._commit([call.events for call in calls]))
        await asyncio.wait({commit})
        error = commit.exception()
        answers = [error] * len(calls) if error else commit.result()
        for call, answer in zip(calls, answers, strict=True):
            _settle(call.answer, answer)


def _settle(future: asyncio.Future[tuple[Receipt, ...]], answer: tuple[Receipt, ...] | BaseException) -> None:
    if future.done():  # its caller went away meanwhile
        return
    if isinstance(answer, BaseException):
        future.set_exception(answer)
    else:
        future.set_result(answer)
