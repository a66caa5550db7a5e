"""The `BuildStore` port on SQLite: every method one transaction, and the wake-ups that follow from it."""

import sqlite3
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta

from pcf_generator.adapters.sqlite import checkpoints, claims, origins, outbox, pages, requests, writes
from pcf_generator.adapters.sqlite.database import Database, Statement, T
from pcf_generator.adapters.sqlite.wakeups import Wakeups, take, wait
from pcf_generator.build_store import Change, Lease, QueueFull, Request, TenantQueueFull
from pcf_generator.domain.build import Build, BuildEvent, BuildState, EventType, NewEvent
from pcf_generator.domain.share import EQUAL, Shares
from pcf_generator.domain.stage import Stage
from pcf_generator.domain.trail import AuditEvent, TrailEntry, created_entry
from pcf_generator.ports.journal import Checkpoint, LeaseLost, StageDone
from pcf_generator.ports.outside import Clock, NewId


class SqliteBuildStore:
    """Implements `BuildStore`."""

    def __init__(self, database: Database, *, clock: Clock, new_id: NewId) -> None:
        self._database = database
        self._clock = clock
        self._new_id = new_id
        self._wakeups = Wakeups()

    async def create(
        self, build: Build, request: Request, *, queue_limit: int, tenant_limit: int | None = None
    ) -> Build:
        def create(connection: sqlite3.Connection) -> Build:
            if (known := requests.known(connection, request)) is not None:
                return known
            if tenant_limit is not None and (own := claims.depth(connection, build.tenant)) >= tenant_limit:
                raise TenantQueueFull(own)
            if (waiting := claims.depth(connection)) >= queue_limit:
                raise QueueFull(waiting)
            created = replace(build, last_sequence=1)
            writes.insert(connection, created)
            writes.tell(connection, build, [NewEvent(EventType.CREATED, "Queued.")], now=build.create_time)
            self._trail(connection, created, [created_entry(created)], request)
            requests.remember(connection, request, created)
            return created

        return await self._write(create, build.id, work=True)

    async def get(self, build_id: str, *, tenant: str) -> Build:
        return await self._database.read(lambda connection: writes.owned(connection, build_id, tenant=tenant))

    async def list(self, *, tenant: str, limit: int, before: str, state: BuildState | None) -> Sequence[Build]:
        return await self._database.read(
            lambda connection: pages.builds(connection, tenant=tenant, limit=limit, before=before, state=state)
        )

    async def find_artifact(self, sha256: str, *, tenant: str, limit: int) -> tuple[Sequence[Build], int]:
        return await self._database.read(
            lambda connection: origins.of_artifact(connection, sha256, tenant=tenant, limit=limit)
        )

    async def change(
        self, build_id: str, change: Change, *, event: NewEvent, trail: TrailEntry, request: Request
    ) -> Build:
        def apply(connection: sqlite3.Connection) -> Build:
            if (known := requests.known(connection, request)) is not None:
                return known
            old = writes.owned(connection, build_id, tenant=request.tenant)
            changed = writes.save(connection, change(old), [event], now=self._clock())
            self._trail(connection, changed, [trail], request)
            requests.remember(connection, request, changed)
            return changed

        try:
            return await self._write(apply, build_id, work=True)
        finally:
            self._wakeups.tell(_loss_of(build_id))

    async def record(self, build_id: str, trail: TrailEntry, request: Request) -> None:
        def record(connection: sqlite3.Connection) -> None:
            build = writes.owned(connection, build_id, tenant=request.tenant)
            self._trail(connection, build, [trail], request)

        await self._write(record, build_id)

    async def claim(self, owner: str, *, lease_s: float, shares: Shares = EQUAL) -> Lease | None:
        lost = False

        def claim(connection: sqlite3.Connection) -> Lease | None:
            nonlocal lost
            now = self._clock()
            build = claims.claimable(connection, now, shares)
            if build is None:
                return None
            lost = build.state is BuildState.RUNNING
            if not lost:
                claims.serve(connection, build.tenant)
            events = [NewEvent(EventType.HANDED_BACK, "The instance that ran it is gone.")] if lost else []
            running = replace(build, state=BuildState.RUNNING, claims=build.claims + 1)
            claimed = writes.save(connection, running, events, now=now)
            # A name of its own for every claim: the same instance may get a build again while it still runs it.
            return claims.lease(
                connection, claimed, f"{owner}/{self._new_id()}", until=now + timedelta(seconds=lease_s)
            )

        # Most often nothing waits, and one look says so.
        if not await self._database.read(lambda connection: claims.any_claimable(connection, self._clock())):
            return None
        lease = await self._database.write(claim)
        if lease is not None and lost:
            self._wakeups.tell(lease.build.id)
            self._wakeups.tell(_loss_of(lease.build.id))
        return lease

    async def renew(self, lease: Lease, *, lease_s: float) -> bool:
        now = self._clock()
        until = now + timedelta(seconds=lease_s)
        return await self._database.write(lambda connection: claims.extend(connection, lease, now=now, until=until))

    async def wait_for_loss(self, lease: Lease, *, timeout_s: float) -> None:
        with self._wakeups.watched(_loss_of(lease.build.id)) as lost, suppress(LeaseLost):
            await self._database.read(lambda connection: writes.held(connection, lease))
            await wait(lost, timeout_s=timeout_s)

    async def begin(self, lease: Lease, release: str) -> dict[Stage, Checkpoint]:
        def begin(connection: sqlite3.Connection) -> dict[Stage, Checkpoint]:
            build = writes.held(connection, lease)
            done = checkpoints.of_build(connection, build.id)
            if build.brain_release == release and writes.begun(connection, build):
                return done
            stage = next((stage for stage in Stage if stage not in done), Stage.PACKAGE)
            bound = replace(build, brain_release=release, stage=stage)
            writes.save(connection, bound, [_started(stage)], now=self._clock())
            return done

        return await self._write(begin, lease.build.id)

    async def stage_done(self, lease: Lease, done: StageDone, *, then: Stage | None) -> None:
        def store(connection: sqlite3.Connection) -> None:
            build = replace(writes.held(connection, lease), claims=1)
            if not checkpoints.keep(connection, lease, done, now=self._clock()):
                return
            # Another one was expected next: its checkpoint served, or this one's did no longer.
            events = [_started(done.stage)] if build.stage is not done.stage else []
            events.append(_succeeded(done))
            events += [_started(then)] if then is not None else []
            build = writes.save(connection, replace(build, stage=then or done.stage), events, now=self._clock())
            self._trail(connection, build, done.trail)

        await self._write(store, lease.build.id)

    async def settle(
        self,
        lease: Lease,
        change: Change,
        *,
        event: NewEvent,
        trail: Sequence[TrailEntry],
        shared: Checkpoint | None = None,
    ) -> Build:
        def settle(connection: sqlite3.Connection) -> Build:
            settled = writes.save(connection, change(writes.held(connection, lease)), [event], now=self._clock())
            self._trail(connection, settled, trail)
            if shared is not None:
                checkpoints.share(connection, shared, tenant=settled.tenant, now=self._clock())
            return settled

        return await self._write(settle, lease.build.id)

    async def settle_at_once(
        self,
        lease: Lease,
        release: str,
        stages: Sequence[StageDone],
        change: Change,
        *,
        event: NewEvent,
        trail: Sequence[TrailEntry],
    ) -> Build:
        def settle(connection: sqlite3.Connection) -> Build:
            build = replace(writes.held(connection, lease), brain_release=release, claims=1)
            now = self._clock()
            missing = checkpoints.missing(connection, build.id, stages)
            told = [told for done in missing for told in (_started(done.stage), _succeeded(done))]
            build = writes.tell(connection, build, told, now=now)
            build = replace(build, stage=missing[-1].stage if missing else build.stage)
            settled = writes.save(connection, change(build), [event], now=now)
            self._trail(connection, settled, [*(entry for done in missing for entry in done.trail), *trail])
            return settled

        return await self._write(settle, lease.build.id)

    async def hand_back(self, lease: Lease, *, message: str) -> None:
        def hand_back(connection: sqlite3.Connection) -> None:
            held = writes.held(connection, lease)
            waiting = replace(held, state=BuildState.QUEUED, claims=max(held.claims - 1, 0))
            writes.save(connection, waiting, [NewEvent(EventType.HANDED_BACK, message)], now=self._clock())

        with suppress(LeaseLost):
            await self._write(hand_back, lease.build.id, work=True)

    async def recall(self, input_hash: str) -> Checkpoint | None:
        return await self._database.read(lambda connection: checkpoints.shared(connection, input_hash))

    async def remember(self, result: Checkpoint, *, tenant: str) -> Checkpoint:
        return await self._database.write(
            lambda connection: checkpoints.first(connection, result, tenant=tenant, now=self._clock())
        )

    async def events(self, build_id: str, *, after: int, limit: int) -> Sequence[BuildEvent]:
        return await self._database.read(
            lambda connection: pages.events(connection, build_id, after=after, limit=limit)
        )

    async def wait_for_change(self, build_id: str, *, after: int, timeout_s: float) -> None:
        with self._wakeups.watched(build_id) as changed:
            if not await self.events(build_id, after=after, limit=1):
                await wait(changed, timeout_s=timeout_s)

    async def wait_for_work(self, *, timeout_s: float) -> None:
        await take(self._wakeups.work, timeout_s=timeout_s)

    async def wait_for_trail(self, *, timeout_s: float) -> None:
        await take(self._wakeups.trail, timeout_s=timeout_s)

    async def take_delivery(self, owner: str, *, turn_s: float) -> bool:  # noqa: ARG002 - one process has the file
        return True

    async def leave_delivery(self, owner: str) -> None:
        pass

    async def undelivered(self, *, limit: int) -> Sequence[AuditEvent]:
        return await self._database.read(lambda connection: outbox.oldest(connection, limit))

    async def delivered(self, event_ids: Sequence[str]) -> None:
        await self._database.write(lambda connection: outbox.remove(connection, event_ids))

    async def set_aside(self, event_id: str, *, reason: str) -> None:
        now = self._clock()
        await self._database.write(lambda connection: outbox.set_aside(connection, event_id, reason=reason, now=now))

    async def queue_depth(self) -> int:
        return await self._database.read(claims.depth)

    async def tenants_waiting(self) -> int:
        return await self._database.read(claims.tenants_waiting)

    async def queue_age_s(self) -> float:
        now = self._clock()
        return await self._database.read(lambda connection: claims.age_s(connection, now=now))

    async def outbox_depth(self) -> int:
        return await self._database.read(outbox.depth)

    async def outbox_age_s(self) -> float:
        now = self._clock()
        return await self._database.read(lambda connection: outbox.age_s(connection, now=now))

    async def ping(self) -> None:
        await self._database.read(lambda connection: connection.execute("SELECT 1").fetchone())

    async def _write(self, statements: Statement[T], build_id: str, *, work: bool = False) -> T:
        """Change a build, then wake those who wait for that."""
        try:
            return await self._database.write(statements)
        finally:
            # Also for a caller who is gone by now: what had begun is committed all the same.
            self._wakeups.tell(build_id)
            self._wakeups.trail.set()
            if work:
                self._wakeups.work.set()

    def _trail(
        self,
        connection: sqlite3.Connection,
        build: Build,
        entries: Sequence[TrailEntry],
        request: Request | None = None,
    ) -> None:
        """Entries for the audit log. What a build does by itself, it does in the name of who created it."""
        actor, request_id = (request.actor, request.trace_id) if request else (build.actor, build.request_id)
        for entry in entries:
            outbox.add(
                connection,
                build,
                entry,
                actor=actor,
                request_id=request_id,
                now=self._clock(),
                new_id=self._new_id,
            )


def _started(stage: Stage) -> NewEvent:
    return NewEvent(EventType.STAGE_STARTED, "", stage)


def _succeeded(done: StageDone) -> NewEvent:
    return NewEvent(EventType.STAGE_SUCCEEDED, done.message, done.stage, done.duration_s)


def _loss_of(build_id: str) -> str:
    """The topic of what takes a build from who holds it."""
    return f"{build_id} lost"
