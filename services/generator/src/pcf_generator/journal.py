"""Keeps a running build's progress in the store, under its lease; what builds share, close at hand too."""

from pcf_generator.build_store import BuildStore, Lease
from pcf_generator.domain.stage import Stage
from pcf_generator.endurance import Endurance
from pcf_generator.ports.journal import Checkpoint, StageDone
from pcf_generator.shared_results import SharedResults

_NEXT = dict(zip(list(Stage), list(Stage)[1:], strict=False))


class LeasedJournal:
    """Implements `Journal`."""

    def __init__(
        self,
        store: BuildStore,
        lease: Lease,
        checkpoints: dict[Stage, Checkpoint],
        *,
        shared: SharedResults,
        endure: Endurance,
    ) -> None:
        self._endure = endure
        self._store = store
        self._lease = lease
        self._checkpoints = checkpoints
        self._shared = shared

    @classmethod
    async def begin(
        cls, store: BuildStore, lease: Lease, *, release: str, shared: SharedResults, endure: Endurance
    ) -> "LeasedJournal":
        """Bind the build to the release and read what earlier runs left."""
        done = await endure(lambda: store.begin(lease, release))
        return cls(store, lease, done, shared=shared, endure=endure)

    def checkpoint(self, stage: Stage) -> Checkpoint | None:
        return self._checkpoints.get(stage)

    async def recall(self, input_hash: str) -> Checkpoint | None:
        return await self._shared.find(input_hash)

    async def stage_done(self, done: StageDone) -> None:
        await self._endure(lambda: self._store.stage_done(self._lease, done, then=_NEXT.get(done.stage)))
        self._checkpoints[done.stage] = done.checkpoint
        if done.shared:
            await self._shared.stored(done.checkpoint)
