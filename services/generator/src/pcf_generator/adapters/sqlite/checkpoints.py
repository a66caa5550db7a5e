"""What stages left: for their own build, and for any build with the same input."""

import sqlite3
from collections.abc import Sequence
from datetime import datetime

from pcf_generator.adapters.sqlite import rows
from pcf_generator.build_store import Lease
from pcf_generator.domain.stage import Stage
from pcf_generator.ports.journal import Checkpoint, StageDone

_SHARED = "shared_results (input_hash, content, tenant, create_time) VALUES (?, ?, ?, ?)"


def keep(connection: sqlite3.Connection, lease: Lease, done: StageDone, *, now: datetime) -> bool:
    """A stage's result, in place of an earlier one; false when this lease has stored it already."""
    stored = connection.execute(
        "INSERT INTO checkpoints (build_id, stage, input_hash, content, holder) VALUES (?, ?, ?, ?, ?)"
        " ON CONFLICT (build_id, stage) DO UPDATE"
        " SET input_hash = excluded.input_hash, content = excluded.content, holder = excluded.holder"
        " WHERE (holder, input_hash, content) <> (excluded.holder, excluded.input_hash, excluded.content)",
        (lease.build.id, done.stage.value, done.checkpoint.input_hash, done.checkpoint.content, lease.holder),
    ).rowcount
    if not stored:
        return False
    if done.shared:
        share(connection, done.checkpoint, tenant=lease.build.tenant, now=now)
    return True


def share(connection: sqlite3.Connection, result: Checkpoint, *, tenant: str, now: datetime) -> None:
    """A result that any build of the tenant's may take, in place of an earlier one."""
    connection.execute(f"INSERT OR REPLACE INTO {_SHARED}", _values(result, tenant, now))


def first(connection: sqlite3.Connection, result: Checkpoint, *, tenant: str, now: datetime) -> Checkpoint:
    """A result that any build of the tenant's may take, unless there is one: then that one."""
    connection.execute(f"INSERT OR IGNORE INTO {_SHARED}", _values(result, tenant, now))
    return shared(connection, result.input_hash) or result


def missing(connection: sqlite3.Connection, build_id: str, stages: Sequence[StageDone]) -> list[StageDone]:
    """Those that the build has not done with the same input."""
    query = "SELECT stage, input_hash FROM checkpoints WHERE build_id = ?"
    kept = {tuple(row) for row in connection.execute(query, (build_id,))}
    return [done for done in stages if (done.stage.value, done.checkpoint.input_hash) not in kept]


def of_build(connection: sqlite3.Connection, build_id: str) -> dict[Stage, Checkpoint]:
    """All that a build's stages left."""
    query = "SELECT stage, input_hash, content FROM checkpoints WHERE build_id = ?"
    return {
        Stage(row["stage"]): Checkpoint(row["input_hash"], row["content"])
        for row in connection.execute(query, (build_id,))
    }


def shared(connection: sqlite3.Connection, input_hash: str) -> Checkpoint | None:
    """What any build's stage gave for this input."""
    row = connection.execute("SELECT content FROM shared_results WHERE input_hash = ?", (input_hash,)).fetchone()
    return Checkpoint(input_hash, row["content"]) if row else None


def _values(result: Checkpoint, tenant: str, now: datetime) -> tuple[str, ...]:
    return result.input_hash, result.content, tenant, rows.time_text(now)
