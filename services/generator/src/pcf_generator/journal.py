"""Keeps a running build's progress in the store, under its lease; what builds share, in the index too."""

from pcf_generator.build_store import BuildStore, Lease
from pcf_generator.domain.stage import Stage
from pcf_generator.endurance import Endurance
from pcf_generator.ports import Checkpoint, ResultIndex, StageDone

_NEXT = dict(zip(list(Stage), list(Stage)[1:], strict=False))


class LeasedJournal:
    """Implements `Journal`."""

    def __init__(
        self,
        store: BuildStore,
        lease: Lease,
        checkpoints: dict[Stage, Checkpoint],
        *,
        index: ResultIndex,
        endure: Endurance,
    ) -> None:
        self._endure = endure
        self._store = store
        self._lease = lease
        self._checkpoints = checkpoints
        self._index = index

    @classmethod
    async def begin(
        cls, store: BuildStore, lease: Lease, *, release: str, index: ResultIndex, endure: Endurance
    ) -> "LeasedJournal":
        """Bind the build to the release and read what earlier runs left."""
        done = await endure(lambda: store.begin(lease, release))
        return cls(store, lease, done, index=index, endure=endure)

    def checkpoint(self, stage: Stage) -> Checkpoint | None:
        return self._checkpoints.get(stage)

    async def recall(self, input_hash: str) -> Checkpoint | None:
        near = await self._index.find(input_hash)
        if near is not None:
            return near
        known = await self._endure(lambda: self._store.recall(input_hash))
        if known is not None:
            await self._index.keep(known)
        return known

    async def stage_done(self, done: StageDone) -> None:
        await self._endure(lambda: self._store.stage_done(self._lease, done, then=_NEXT.get(done.stage)))
        self._checkpoints[done.stage] = done.checkpoint
        if done.shared:
            await self._index.keep(done.checkpoint)


class NoIndex:
    """Implements `ResultIndex` where the store is near enough."""

    async def find(self, input_hash: str) -> Checkpoint | None:  # noqa: ARG002 - the port's signature
        return None

    async def keep(self, shared: Checkpoint) -> None:
        """Forget it at once."""
