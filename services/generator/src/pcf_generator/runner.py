"""Works through the queue: claims builds under a lease, keeps the lease while they run, hands them back on a drain."""

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Protocol

from pcf_runtime.request_context import RequestContext, bind
from pcf_runtime.trace_context import PARENT_KEY, Value
from pcf_runtime.tracing.tracing import OFF, Tracing

from pcf_generator.build_store import BuildStore, Lease, StoreUnavailable
from pcf_generator.domain.share import EQUAL, Shares
from pcf_generator.execution import Execution
from pcf_generator.pace import Pace
from pcf_generator.ports.journal import LeaseLost

log = logging.getLogger(__name__)

DRAINING = "The instance is shutting down."


@dataclass(frozen=True, slots=True)
class RunnerLimits:
    """How many builds run at once, and the times of leases and polls in seconds."""

    concurrency: int = 4
    lease_s: float = 30.0
    poll_s: float = 1.0


class LeaseObserver(Protocol):
    """Is told of leases: metrics."""

    def lease_lost(self) -> None:
        """A build was taken over from an instance that did not keep its lease."""


class Runner:
    """The part of an instance that runs builds."""

    def __init__(
        self,
        store: BuildStore,
        execution: Execution,
        *,
        owner: str,
        limits: RunnerLimits,
        shares: Callable[[], Shares] = lambda: EQUAL,
        pace: Pace | None = None,
        traces: Tracing = OFF,
        observer: LeaseObserver | None = None,
    ) -> None:
        self._store = store
        self._execution = execution
        self._owner = owner
        self._limits = limits
        self._shares = shares
        self._pace = pace
        self._traces = traces
        self._observer = observer
        self._places = asyncio.Semaphore(limits.concurrency)
        self._tasks: set[asyncio.Task[None]] = set()
        self._loop: asyncio.Task[None] | None = None
        self._store_away = False

    async def start(self) -> None:
        """Begin to claim builds."""
        self._loop = asyncio.create_task(self._claim_builds(), name="claim builds")

    async def stop(self) -> None:
        """Claim no more, and hand back what runs: another instance goes on from its checkpoint at once."""
        if self._loop is not None:
            self._loop.cancel()
            await asyncio.gather(self._loop, return_exceptions=True)
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def check(self) -> None:
        """Fail if builds are no longer claimed."""
        if self._loop is None or self._loop.done():
            raise RuntimeError("the runner has stopped")

    async def _claim_builds(self) -> None:
        while True:
            await self._places.acquire()
            lease = await self._claim()
            if lease is None:
                self._places.release()
                await self._store.wait_for_work(timeout_s=self._limits.poll_s)
                continue
            if self._pace is not None:
                self._pace.claimed(lease.build.tenant)
            if self._observer is not None and lease.build.claims > 1:
                self._observer.lease_lost()
            task = asyncio.create_task(self._hold(lease), name=lease.build.name)
            self._tasks.add(task)
            task.add_done_callback(self._let_go)

    async def _claim(self) -> Lease | None:
        """Claim; a claim that a stop overtakes is given back, or the build would wait for the lease to run out."""
        claim = asyncio.ensure_future(
            self._store.claim(self._owner, lease_s=self._limits.lease_s, shares=self._shares())
        )
        try:
            lease = await asyncio.shield(claim)
        except StoreUnavailable as error:
            if not self._store_away:
                log.warning("no build can be claimed", extra={"pcf.reason": str(error)})
            self._store_away = True
            return None
        except asyncio.CancelledError:
            with suppress(StoreUnavailable):
                if (overtaken := await claim) is not None:
                    await self._hand_back(overtaken)
            raise
        if self._store_away:
            log.info("builds are claimed again")
        self._store_away = False
        return lease

    def _let_go(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        self._places.release()
        if not task.cancelled() and (error := task.exception()) is not None:
            # The store could not be written; the lease runs out and the build is claimed again.
            log.error("a build's end could not be stored", exc_info=error)

    async def _hold(self, lease: Lease) -> None:
        """Run a build for as long as its lease holds."""
        build = lease.build
        context = RequestContext(build.request_id, actor=build.actor, tenant=build.tenant, build=build.name)
        told: dict[str, Value] = {"pcf.build": build.name, "pcf.tenant": build.tenant}
        came = {PARENT_KEY: build.trace} if build.trace else {}
        with bind(context), self._traces.request("run build", "consumer", came, told):
            running = asyncio.create_task(self._execution.run(lease), name=f"run of {build.name}")
            keeping = asyncio.create_task(self._keep(lease, running), name=f"lease of {build.name}")
            try:
                await asyncio.wait({running})
            except asyncio.CancelledError:
                running.cancel()
                await asyncio.wait({running})
                await self._hand_back(lease)
                raise
            finally:
                keeping.cancel()
            _told(running)

    async def _hand_back(self, lease: Lease) -> None:
        try:
            await self._store.hand_back(lease, message=DRAINING)
        except StoreUnavailable as error:
            log.warning("build not handed back; its lease runs out", extra={"pcf.reason": str(error)})

    async def _keep(self, lease: Lease, running: asyncio.Task[None]) -> None:
        """Renew the lease; stop the run as soon as it is lost, for nothing it still does can be stored."""
        kept = True
        while kept:
            try:
                await self._store.wait_for_loss(lease, timeout_s=self._limits.lease_s / 3)
                kept = await self._store.renew(lease, lease_s=self._limits.lease_s)
            except StoreUnavailable:
                # Who cannot reach the store cannot take the build either; nor do we ask it without a pause.
                await asyncio.sleep(self._limits.poll_s)
        running.cancel()


def _told(running: asyncio.Task[None]) -> None:
    try:
        running.result()
    except (asyncio.CancelledError, LeaseLost):
        log.warning("lease lost")
