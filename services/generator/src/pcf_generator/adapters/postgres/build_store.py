"""The `BuildStore` port on PostgreSQL: every method one transaction, and the wake-ups that follow from it."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace

from pcf_generator.adapters.postgres import admission, checkpoints, claims, origins, outbox, pages, requests, writes
from pcf_generator.adapters.postgres.database import Connection, Database, Statements, T
from pcf_generator.adapters.postgres.notices import Notices
from pcf_generator.adapters.postgres.wakeups import TRAIL, WORK, Wakeups, build_topic, loss_topic, take, wait
from pcf_generator.build_store import Change, Lease, Request
from pcf_generator.domain.build import Build, BuildEvent, BuildState, EventType, NewEvent
from pcf_generator.domain.share import EQUAL, Shares
from pcf_generator.domain.stage import Stage
from pcf_generator.domain.trail import AuditEvent, TrailEntry, created_entry
from pcf_generator.ports.journal import Checkpoint, LeaseLost, StageDone
from pcf_generator.ports.outside import NewId


class PostgresBuildStore:
    """Implements `BuildStore`."""

    def __init__(self, database: Database, notices: Notices, wakeups: Wakeups, *, new_id: NewId) -> None:
        self._database = database
        self._notices = notices
        self._wakeups = wakeups
        self._new_id = new_id

    async def create(
        self, build: Build, request: Request, *, queue_limit: int, tenant_limit: int | None = None
    ) -> Build:
        async def create(connection: Connection) -> Build:
            if (known := await requests.known(connection, request, build.id)) is not None:
                return known
            own = queue_limit if tenant_limit is None else tenant_limit
            await admission.admit(connection, build.tenant, limit=queue_limit, tenant_limit=own)
            created = await writes.insert(connection, build, NewEvent(EventType.CREATED, "Queued."))
            await self._trail(connection, created, [created_entry(created)], request)
            return created

        return await self._write(create, build.id, WORK)

    async def get(self, build_id: str, *, tenant: str) -> Build:
        return await self._database.run(lambda connection: writes.select(connection, build_id, tenant=tenant))

    async def list(self, *, tenant: str, limit: int, before: str, state: BuildState | None) -> Sequence[Build]:
        return await self._database.run(
            lambda connection: pages.builds(connection, tenant=tenant, limit=limit, before=before, state=state)
        )

    async def find_artifact(self, sha256: str, *, tenant: str, limit: int) -> tuple[Sequence[Build], int]:
        return await self._database.run(
            lambda connection: origins.of_artifact(connection, sha256, tenant=tenant, limit=limit)
        )

    async def change(
        self, build_id: str, change: Change, *, event: NewEvent, trail: TrailEntry, request: Request
    ) -> Build:
        async def apply(connection: Connection) -> Build:
            if (known := await requests.known(connection, request, build_id)) is not None:
                return known
            old = await writes.locked(connection, build_id, tenant=request.tenant)
            changed = await writes.save(connection, old, change(old.build), [event])
            await self._trail(connection, changed, [trail], request)
            return changed

        return await self._write(apply, build_id, WORK, loss_topic(build_id))

    async def record(self, build_id: str, trail: TrailEntry, request: Request) -> None:
        async def record(connection: Connection) -> None:
            old = await writes.locked(connection, build_id, tenant=request.tenant)
            await self._trail(connection, replace(old.build, update_time=old.now), [trail], request)

        await self._write(record, build_id)

    async def claim(self, owner: str, *, lease_s: float, shares: Shares = EQUAL) -> Lease | None:
        # A name of its own for every claim: the same instance may get a build again while it still runs it.
        holder = f"{owner}/{self._new_id()}"
        lease = await self._database.run(
            lambda connection: claims.claim(connection, holder, lease_s=lease_s, shares=shares)
        )
        if lease is not None:
            # Also whoever held it before, if its lease ran out.
            self._notices.tell([build_topic(lease.build.id), loss_topic(lease.build.id)])
        return lease

    async def renew(self, lease: Lease, *, lease_s: float) -> bool:
        return await self._database.run(lambda connection: claims.extend(connection, lease, lease_s=lease_s))

    async def wait_for_loss(self, lease: Lease, *, timeout_s: float) -> None:
        with self._wakeups.watched(loss_topic(lease.build.id)) as lost:
            if await self._database.run(lambda connection: claims.holds(connection, lease)):
                await wait(lost, timeout_s=timeout_s)

    async def begin(self, lease: Lease, release: str) -> dict[Stage, Checkpoint]:
        async def begin(connection: Connection) -> dict[Stage, Checkpoint]:
            old = await writes.held(connection, lease)
            done = await checkpoints.of_build(connection, old.build.id)
            if old.build.brain_release == release and await writes.begun(connection, old.build):
                return done
            stage = next((stage for stage in Stage if stage not in done), Stage.PACKAGE)
            bound = replace(old.build, brain_release=release, stage=stage)
            await writes.save(connection, old, bound, [_started(stage)])
            return done

        return await self._write(begin, lease.build.id)

    async def stage_done(self, lease: Lease, done: StageDone, *, then: Stage | None) -> None:
        async def store(connection: Connection) -> None:
            old = await writes.held(connection, lease)
            if not await checkpoints.keep(connection, lease, done):
                return
            # Another one was expected next: its checkpoint served, or this one's did no longer.
            events = [_started(done.stage)] if old.build.stage is not done.stage else []
            events.append(_succeeded(done))
            events += [_started(then)] if then is not None else []
            stage = then or done.stage
            build = await writes.save(connection, old, replace(old.build, stage=stage, claims=1), events)
            await self._trail(connection, build, done.trail)

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
        async def settle(connection: Connection) -> Build:
            old = await writes.held(connection, lease)
            settled = await writes.save(connection, old, change(old.build), [event])
            await self._trail(connection, settled, trail)
            if shared is not None:
                await checkpoints.share(connection, shared, tenant=lease.build.tenant)
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
        async def settle(connection: Connection) -> Build:
            old = await writes.held(connection, lease)
            missing = await checkpoints.missing(connection, old.build.id, stages)
            stage = missing[-1].stage if missing else old.build.stage
            bound = replace(old.build, brain_release=release, stage=stage, claims=1)
            told = [told for done in missing for told in (_started(done.stage), _succeeded(done))]
            build = await writes.save(connection, old, bound, told)
            settled = await writes.save(connection, old, change(build), [event])
            await self._trail(connection, settled, [*(entry for done in missing for entry in done.trail), *trail])
            return settled

        return await self._write(settle, lease.build.id)

    async def hand_back(self, lease: Lease, *, message: str) -> None:
        async def hand_back(connection: Connection) -> None:
            old = await writes.held(connection, lease)
            waiting = replace(old.build, state=BuildState.QUEUED, claims=max(old.build.claims - 1, 0))
            await writes.save(connection, old, waiting, [NewEvent(EventType.HANDED_BACK, message)])

        with suppress(LeaseLost):
            await self._write(hand_back, lease.build.id, WORK)

    async def recall(self, input_hash: str) -> Checkpoint | None:
        return await self._database.run(lambda connection: checkpoints.shared(connection, input_hash))

    async def remember(self, result: Checkpoint, *, tenant: str) -> Checkpoint:
        return await self._database.run(lambda connection: checkpoints.first(connection, result, tenant=tenant))

    async def events(self, build_id: str, *, after: int, limit: int) -> Sequence[BuildEvent]:
        return await self._database.run(lambda connection: pages.events(connection, build_id, after=after, limit=limit))

    async def wait_for_change(self, build_id: str, *, after: int, timeout_s: float) -> None:
        with self._wakeups.watched(build_topic(build_id)) as changed:
            if not await self.events(build_id, after=after, limit=1):
                await wait(changed, timeout_s=timeout_s)

    async def wait_for_work(self, *, timeout_s: float) -> None:
        await take(self._wakeups.work, timeout_s=timeout_s)

    async def wait_for_trail(self, *, timeout_s: float) -> None:
        await take(self._wakeups.trail, timeout_s=timeout_s)

    async def take_delivery(self, owner: str, *, turn_s: float) -> bool:
        return await self._database.run(lambda connection: outbox.take_turn(connection, owner, turn_s=turn_s))

    async def leave_delivery(self, owner: str) -> None:
        await self._database.run(lambda connection: outbox.leave(connection, owner))
        self._notices.tell([TRAIL])

    async def undelivered(self, *, limit: int) -> Sequence[AuditEvent]:
        return await self._database.run(lambda connection: outbox.oldest(connection, limit))

    async def delivered(self, event_ids: Sequence[str]) -> None:
        await self._database.run(lambda connection: outbox.remove(connection, event_ids))

    async def set_aside(self, event_id: str, *, reason: str) -> None:
        await self._database.run(lambda connection: outbox.set_aside(connection, event_id, reason=reason))

    async def queue_depth(self) -> int:
        return await self._database.run(claims.depth)

    async def tenants_waiting(self) -> int:
        return await self._database.run(claims.tenants_waiting)

    async def queue_age_s(self) -> float:
        return await self._database.run(claims.age_s)

    async def outbox_depth(self) -> int:
        return await self._database.run(outbox.depth)

    async def outbox_age_s(self) -> float:
        return await self._database.run(outbox.age_s)

    async def ping(self) -> None:
        await self._database.ping()

    async def _write(self, statements: Statements[T], build_id: str, *more: str) -> T:
        """Change a build, then wake those who wait for that, here and elsewhere."""
        try:
            return await self._database.write(statements)
        finally:
            # Also for a caller who is gone by now: it may be committed all the same.
            self._notices.tell([build_topic(build_id), TRAIL, *more])

    async def _trail(
        self,
        connection: Connection,
        build: Build,
        entries: Sequence[TrailEntry],
        request: Request | None = None,
    ) -> None:
        """Entries for the audit log. What a build does by itself, it does in the name of who created it."""
        actor, request_id = (request.actor, request.trace_id) if request else (build.actor, build.request_id)
        await outbox.add(
            connection,
            build,
            entries,
            actor=actor,
            request_id=request_id,
            now=build.update_time,
            new_id=self._new_id,
        )


def _started(stage: Stage) -> NewEvent:
    return NewEvent(EventType.STAGE_STARTED, "", stage)


def _succeeded(done: StageDone) -> NewEvent:
    return NewEvent(EventType.STAGE_SUCCEEDED, done.message, done.stage, done.duration_s)
