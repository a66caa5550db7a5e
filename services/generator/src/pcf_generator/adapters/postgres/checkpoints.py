"""What stages left: for their own build, and for any build with the same input."""

from collections.abc import Sequence

from pcf_generator.adapters.postgres.database import Connection
from pcf_generator.build_store import Lease
from pcf_generator.domain.stage import Stage
from pcf_generator.ports.journal import Checkpoint, StageDone

__all__ = ["first", "keep", "missing", "of_build", "share", "shared"]

_KEEP = (
    "INSERT INTO checkpoints AS kept (build_id, stage, input_hash, content, holder) VALUES ($1, $2, $3, $4, $5)"
    " ON CONFLICT (build_id, stage) DO UPDATE"
    " SET input_hash = excluded.input_hash, content = excluded.content, holder = excluded.holder"
    " WHERE (kept.holder, kept.input_hash, kept.content) <> (excluded.holder, excluded.input_hash, excluded.content)"
)
_SHARE = (
    "INSERT INTO shared_results AS kept (input_hash, content, tenant, create_time)"
    " VALUES ($1, $2, $3, clock_timestamp())"
    " ON CONFLICT (input_hash) DO UPDATE SET content = excluded.content WHERE kept.content <> excluded.content"
)
_SHARE_FIRST = (
    "INSERT INTO shared_results (input_hash, content, tenant, create_time) VALUES ($1, $2, $3, clock_timestamp())"
    " ON CONFLICT (input_hash) DO NOTHING"
)


async def keep(connection: Connection, lease: Lease, done: StageDone) -> bool:
    """A stage's result, in place of an earlier one; false when this lease has stored it already."""
    key, content = done.checkpoint.input_hash, done.checkpoint.content
    stored = await connection.execute(_KEEP, lease.build.id, done.stage.value, key, content, lease.holder)
    if stored == "INSERT 0 0":
        return False
    if done.shared:
        await share(connection, done.checkpoint, tenant=lease.build.tenant)
    return True


async def share(connection: Connection, result: Checkpoint, *, tenant: str) -> None:
    """A result that any build of the tenant's may take, in place of an earlier one."""
    await connection.execute(_SHARE, result.input_hash, result.content, tenant)


async def first(connection: Connection, result: Checkpoint, *, tenant: str) -> Checkpoint:
    """A result that any build of the tenant's may take, unless there is one: then that one."""
    await connection.execute(_SHARE_FIRST, result.input_hash, result.content, tenant)
    return await shared(connection, result.input_hash) or result


async def missing(connection: Connection, build_id: str, stages: Sequence[StageDone]) -> list[StageDone]:
    """Those that the build has not done with the same input."""
    found = await connection.fetch("SELECT stage, input_hash FROM checkpoints WHERE build_id = $1", build_id)
    kept = {tuple(row) for row in found}
    return [done for done in stages if (done.stage.value, done.checkpoint.input_hash) not in kept]


async def of_build(connection: Connection, build_id: str) -> dict[Stage, Checkpoint]:
    """All that a build's stages left."""
    found = await connection.fetch("SELECT stage, input_hash, content FROM checkpoints WHERE build_id = $1", build_id)
    return {Stage(row["stage"]): Checkpoint(row["input_hash"], row["content"]) for row in found}


async def shared(connection: Connection, input_hash: str) -> Checkpoint | None:
    """What any build's stage gave for this input."""
    content = await connection.fetchval("SELECT content FROM shared_results WHERE input_hash = $1", input_hash)
    return Checkpoint(input_hash, content) if content is not None else None
