"""Where a build's progress is kept, and what builds share."""

from dataclasses import dataclass
from typing import Protocol

from pcf_generator.domain.stage import Stage
from pcf_generator.domain.trail import TrailEntry


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A stage's result, under the hash of what it was made from. Without content, it is the one that builds share."""

    input_hash: str
    content: str


@dataclass(frozen=True, slots=True)
class StageDone:
    """A stage's result on its way to the store, with what goes with it in the same transaction."""

    stage: Stage
    checkpoint: Checkpoint
    duration_s: float
    message: str
    trail: tuple[TrailEntry, ...]
    shared: bool = False
    """Whether any build with the same input may take the result."""


class LeaseLost(Exception):  # noqa: N818
    """Another instance has the build now, or it was cancelled: stop, and write nothing more."""


class Journal(Protocol):
    """Where a running build keeps its progress. Every method but `recall` may raise LeaseLost."""

    def checkpoint(self, stage: Stage) -> Checkpoint | None:
        """What the stage gave in an earlier run."""

    async def recall(self, input_hash: str) -> Checkpoint | None:
        """What any build's stage gave for this input, if it was shared."""

    async def stage_done(self, done: StageDone) -> None:
        """Store a stage's result; the next stage begins."""


class ResultIndex(Protocol):
    """Shared results close at hand: it may forget them and never fails, for the store has them too."""

    async def find(self, input_hash: str) -> Checkpoint | None:
        """The result, if it is known here."""

    async def keep(self, shared: Checkpoint) -> None:
        """Have it close at hand from now on."""
