"""Keeps a running build's progress in the store, under its lease."""

from pcf_generator.build_store import BuildStore, Lease
from pcf_generator.domain.stage import Stage
from pcf_generator.ports import Checkpoint, StageDone

_NEXT = dict(zip(list(Stage), list(Stage)[1:], strict=False))


class LeasedJournal:
    """Implements `Journal`."""

    def __init__(self, store: BuildStore, lease: Lease, checkpoints: dict[Stage, Checkpoint]) -> None:
        self._store = store
        self._lease = lease
        self._checkpoints = checkpoints

    @classmethod
    async def begin(cls, store: BuildStore, lease: Lease, *, release: str) -> "LeasedJournal":
        """Bind the build to the release and read what earlier runs left."""
        return cls(store, lease, await store.begin(lease, release))

    def checkpoint(self, stage: Stage) -> Checkpoint | None:
        return self._checkpoints.get(stage)

    async def recall(self, input_hash: str) -> Checkpoint | None:
        return await self._store.recall(input_hash)

    async def stage_done(self, done: StageDone) -> None:
        await self._store.stage_done(self._lease, done, then=_NEXT.get(done.stage))
        self._checkpoints[done.stage] = done.checkpoint
