"""The `BuildStore` port on SQLite. One process owns the file, so wake-ups are an event in memory."""

import asyncio
import sqlite3
from collections import defaultdict
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta

from pcf_generator.adapters.sqlite import rows, writes
from pcf_generator.adapters.sqlite.database import Database
from pcf_generator.build_store import Change, Lease, QueueFull, Request, RequestIdReused
from pcf_generator.domain.build import Build, BuildEvent, BuildState, EventType, NewEvent
from pcf_generator.domain.stage import Stage
from pcf_generator.domain.trail import AuditEvent, TrailEntry
from pcf_generator.ports import Checkpoint, Clock, LeaseLost, NewId, StageDone


class SqliteBuildStore:
    """Implements `BuildStore`."""

    def __init__(self, database: Database, *, clock: Clock, new_id: NewId) -> None:
        self._database = database
        self._clock = clock
        self._new_id = new_id
        self._work = asyncio.Event()
        self._watched: dict[str, set[asyncio.Event]] = defaultdict(set)

    async def create(self, build: Build, request: Request, *, queue_limit: int) -> Build:
        def create(connection: sqlite3.Connection) -> Build:
            if (known := _known_request(connection, request)) is not None:
                return known
            waiting = _queue_depth(connection)
            if waiting >= queue_limit:
                raise QueueFull(waiting)
            created = replace(build, last_sequence=1)
            writes.insert(connection, created)
            writes.add_event(connection, created, NewEvent(EventType.CREATED, "Queued."), now=build.create_time)
            self._trail(connection, created, TrailEntry("build.created"), request.actor, build.request_id)
            _remember(connection, request, created)
            return created

        created = await self._database.write(create)
        self._work.set()
        return created

    async def get(self, build_id: str) -> Build:
        return await self._database.read(lambda connection: writes.select(connection, build_id))

    async def list(self, *, limit: int, before: str, state: BuildState | None) -> Sequence[Build]:
        conditions = ["id < :before"] * bool(before) + ["state = :state"] * (state is not None)
        where = "WHERE " + " AND ".join(conditions) if conditions else ""
        query = f"SELECT {rows.BUILD_COLUMNS} FROM builds {where} ORDER BY id DESC LIMIT :limit"
        values = {"before": before, "state": state.value if state else None, "limit": limit}
        return await self._database.read(
            lambda connection: [rows.build(row) for row in connection.execute(query, values)]
        )

    async def change(
        self, build_id: str, change: Change, *, event: NewEvent, trail: TrailEntry, request: Request
    ) -> Build:
        def apply(connection: sqlite3.Connection) -> Build:
            if (known := _known_request(connection, request)) is not None:
                return known
            now = self._clock()
            changed = writes.save(connection, change(writes.select(connection, build_id)), event, now=now)
            self._trail(connection, changed, trail, request.actor, request.id or changed.request_id)
            _remember(connection, request, changed)
            return changed

        changed = await self._database.write(apply)
        self._changed(build_id)
        return changed

    async def record(self, build_id: str, trail: TrailEntry, *, actor: str, request_id: str) -> None:
        await self._database.write(
            lambda connection: self._trail(connection, writes.select(connection, build_id), trail, actor, request_id)
        )

    async def claim(self, owner: str, *, lease_s: float) -> Lease | None:
        def claim(connection: sqlite3.Connection) -> Lease | None:
            now = self._clock()
            found = connection.execute(
                "SELECT id FROM builds WHERE state = 'queued'"
                " UNION ALL SELECT id FROM builds WHERE state = 'running' AND lease_until <= :now"
                " ORDER BY id LIMIT 1",
                {"now": rows.time_text(now)},
            ).fetchone()
            if found is None:
                return None
            build = writes.select(connection, found["id"])
            lost = build.state is BuildState.RUNNING
            event = NewEvent(EventType.HANDED_BACK, "The instance that ran it is gone.") if lost else None
            running = replace(build, state=BuildState.RUNNING, claims=build.claims + 1)
            claimed = writes.save(connection, running, event, now=now)
            _lease(connection, claimed.id, owner, rows.time_text(now + timedelta(seconds=lease_s)))
            return Lease(claimed, owner)

        lease = await self._database.write(claim)
        if lease is not None:
            self._changed(lease.build.id)
        return lease

    async def renew(self, lease: Lease, *, lease_s: float) -> bool:
        until = rows.time_text(self._clock() + timedelta(seconds=lease_s))
        cursor = await self._database.write(
            lambda connection: connection.execute(
                "UPDATE builds SET lease_until = ? WHERE id = ? AND lease_owner = ? AND state = 'running'",
                (until, lease.build.id, lease.owner),
            )
        )
        return cursor.rowcount == 1

    async def begin(self, lease: Lease, release: str) -> dict[Stage, Checkpoint]:
        def begin(connection: sqlite3.Connection) -> dict[Stage, Checkpoint]:
            build = writes.held(connection, lease)
            done = _checkpoints(connection, build.id)
            stage = next((stage for stage in Stage if stage not in done), Stage.PACKAGE)
            event = NewEvent(EventType.STAGE_STARTED, "", stage)
            writes.save(connection, replace(build, brain_release=release, stage=stage), event, now=self._clock())
            return done

        done = await self._database.write(begin)
        self._changed(lease.build.id)
        return done

    async def stage_done(self, lease: Lease, done: StageDone, *, then: Stage | None) -> None:
        def store(connection: sqlite3.Connection) -> None:
            build, now = writes.held(connection, lease), self._clock()
            _checkpoint(connection, build.id, done)
            event = NewEvent(EventType.STAGE_SUCCEEDED, done.message, done.stage, done.duration_s)
            build = writes.save(connection, replace(build, stage=done.stage), event, now=now)
            if then is not None:
                begun = NewEvent(EventType.STAGE_STARTED, "", then)
                build = writes.save(connection, replace(build, stage=then), begun, now=now)
            for entry in done.trail:
                self._trail(connection, build, entry, build.actor, build.request_id)

        await self._database.write(store)
        self._changed(lease.build.id)

    async def settle(self, lease: Lease, change: Change, *, event: NewEvent, trail: Sequence[TrailEntry]) -> Build:
        def settle(connection: sqlite3.Connection) -> Build:
            settled = writes.save(connection, change(writes.held(connection, lease)), event, now=self._clock())
            for entry in trail:
                self._trail(connection, settled, entry, settled.actor, settled.request_id)
            return settled

        settled = await self._database.write(settle)
        self._changed(lease.build.id)
        return settled

    async def hand_back(self, lease: Lease, *, message: str) -> None:
        def hand_back(connection: sqlite3.Connection) -> None:
            held = writes.held(connection, lease)
            waiting = replace(held, state=BuildState.QUEUED, claims=held.claims - 1)
            writes.save(connection, waiting, NewEvent(EventType.HANDED_BACK, message), now=self._clock())

        with suppress(LeaseLost):
            await self._database.write(hand_back)
        self._changed(lease.build.id)

    async def recall(self, input_hash: str) -> Checkpoint | None:
        query = "SELECT content FROM shared_results WHERE input_hash = ?"
        row = await self._database.read(lambda connection: connection.execute(query, (input_hash,)).fetchone())
        return Checkpoint(input_hash, row["content"]) if row else None

    async def events(self, build_id: str, *, after: int, limit: int) -> Sequence[BuildEvent]:
        query = (
            "SELECT build_id, sequence, event_time, type, state, stage, message, duration_s FROM build_events"
            " WHERE build_id = ? AND sequence > ? ORDER BY sequence LIMIT ?"
        )
        return await self._database.read(
            lambda connection: [rows.event(row) for row in connection.execute(query, (build_id, after, limit))]
        )

    async def wait_for_change(self, build_id: str, *, after: int, timeout_s: float) -> None:
        changed = asyncio.Event()
        self._watched[build_id].add(changed)
        try:
            # Looked at after the watch began, so that nothing falls between.
            if not await self.events(build_id, after=after, limit=1):
                await _wait(changed, timeout_s)
        finally:
            self._watched[build_id].discard(changed)
            if not self._watched[build_id]:
                del self._watched[build_id]

    async def wait_for_work(self, *, timeout_s: float) -> None:
        await _wait(self._work, timeout_s)
        self._work.clear()

    async def undelivered(self, *, limit: int) -> Sequence[AuditEvent]:
        query = "SELECT event_id, build_id, event_time, actor, request_id, entry FROM outbox ORDER BY position LIMIT ?"
        return await self._database.read(
            lambda connection: [rows.audit_event(row) for row in connection.execute(query, (limit,))]
        )

    async def delivered(self, event_ids: Sequence[str]) -> None:
        await self._database.write(
            lambda connection: connection.executemany(
                "DELETE FROM outbox WHERE event_id = ?", [(event_id,) for event_id in event_ids]
            )
        )

    async def queue_depth(self) -> int:
        return await self._database.read(_queue_depth)

    async def ping(self) -> None:
        await self._database.read(lambda connection: connection.execute("SELECT 1").fetchone())

    def _trail(
        self, connection: sqlite3.Connection, build: Build, entry: TrailEntry, actor: str, request_id: str
    ) -> None:
        writes.add_trail(
            connection,
            build,
            entry,
            actor=actor,
            request_id=request_id,
            now=self._clock(),
            new_id=self._new_id,
        )

    def _changed(self, build_id: str) -> None:
        self._work.set()
        for watcher in self._watched.get(build_id, ()):
            watcher.set()


async def _wait(event: asyncio.Event, timeout_s: float) -> None:
    try:
        async with asyncio.timeout(timeout_s):
            await event.wait()
    except TimeoutError:
        return


def _known_request(connection: sqlite3.Connection, request: Request) -> Build | None:
    if not request.id:
        return None
    row = connection.execute(
        "SELECT fingerprint, build_id FROM requests WHERE request_id = ?", (request.id,)
    ).fetchone()
    if row is None:
        return None
    if row["fingerprint"] != request.fingerprint:
        raise RequestIdReused(request.id)
    return writes.select(connection, row["build_id"])


def _remember(connection: sqlite3.Connection, request: Request, build: Build) -> None:
    if request.id:
        connection.execute(
            "INSERT INTO requests (request_id, fingerprint, build_id) VALUES (?, ?, ?)",
            (request.id, request.fingerprint, build.id),
        )


def _queue_depth(connection: sqlite3.Connection) -> int:
    return int(connection.execute("SELECT count(*) FROM builds WHERE state = 'queued'").fetchone()[0])


def _lease(connection: sqlite3.Connection, build_id: str, owner: str, until: str) -> None:
    connection.execute("UPDATE builds SET lease_owner = ?, lease_until = ? WHERE id = ?", (owner, until, build_id))


def _checkpoint(connection: sqlite3.Connection, build_id: str, done: StageDone) -> None:
    connection.execute(
        "INSERT INTO checkpoints (build_id, stage, input_hash, content) VALUES (?, ?, ?, ?)"
        " ON CONFLICT (build_id, stage) DO UPDATE SET input_hash = excluded.input_hash, content = excluded.content",
        (build_id, done.stage.value, done.checkpoint.input_hash, done.checkpoint.content),
    )
    if done.shared:
        connection.execute(
            "INSERT OR REPLACE INTO shared_results (input_hash, content) VALUES (?, ?)",
            (done.checkpoint.input_hash, done.checkpoint.content),
        )


def _checkpoints(connection: sqlite3.Connection, build_id: str) -> dict[Stage, Checkpoint]:
    query = "SELECT stage, input_hash, content FROM checkpoints WHERE build_id = ?"
    return {
        Stage(row["stage"]): Checkpoint(row["input_hash"], row["content"])
        for row in connection.execute(query, (build_id,))
    }
