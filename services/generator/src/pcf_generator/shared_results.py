"""Results that follow from their input alone, whichever build made them: found close at hand, else in the store."""

from dataclasses import dataclass

from pcf_generator.build_store import BuildStore
from pcf_generator.endurance import Endurance
from pcf_generator.ports.journal import Checkpoint, ResultIndex


@dataclass(frozen=True, slots=True)
class SharedResults:
    """Finds them. They are stored with the transaction that made them."""

    store: BuildStore
    index: ResultIndex
    endure: Endurance

    async def find(self, input_hash: str) -> Checkpoint | None:
        """The result, if any build left it; StoreUnavailable."""
        near = await self.index.find(input_hash)
        if near is not None:
            return near
        known = await self.endure(lambda: self.store.recall(input_hash))
        if known is not None:
            await self.index.keep(known)
        return known

    async def stored(self, result: Checkpoint) -> None:
        """Have it close at hand from now on."""
        await self.index.keep(result)


class NoIndex:
    """Implements `ResultIndex` where the store is near enough."""

    async def find(self, input_hash: str) -> Checkpoint | None:  # noqa: ARG002 - the port's signature
        return None

    async def keep(self, shared: Checkpoint) -> None:
        """Forget it at once."""
