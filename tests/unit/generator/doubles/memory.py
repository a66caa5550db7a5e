"""What a run of a build leaves behind, kept in memory."""

import hashlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

from pcf_generator.artifact_store import Link
from pcf_generator.domain.build import Artifact
from pcf_generator.domain.stage import Stage
from pcf_generator.ports.journal import Checkpoint, StageDone


@dataclass
class MemoryArtifacts:
    """Implements `ArtifactStore`. Each call raises the first of `faults`, as long as there are any."""

    contents: dict[str, bytes] = field(default_factory=dict)
    faults: list[Exception] = field(default_factory=list)
    expiring: set[str] = field(default_factory=set)
    links: Link | None = None

    async def put(self, *, kind: str, filename: str, media_type: str, content: bytes) -> Artifact:
        self._fail()
        sha256 = hashlib.sha256(content).hexdigest()
        self.contents[sha256] = content
        return Artifact(kind, filename, media_type, sha256, len(content))

    async def holds(self, artifact: Artifact) -> bool:
        self._fail()
        return artifact.sha256 in self.contents

    async def lasts(self, artifact: Artifact) -> bool:
        return await self.holds(artifact) and artifact.sha256 not in self.expiring

    async def link(self, artifact: Artifact) -> Link | None:
        return self.links

    def _fail(self) -> None:
        if self.faults:
            raise self.faults.pop(0)

    async def read(self, artifact: Artifact, *, offset: int, limit: int) -> AsyncIterator[bytes]:
        yield self.contents[artifact.sha256][offset : offset + limit]


@dataclass
class MemoryJournal:
    """Implements `Journal`; what one run left can be given to the next."""

    done: dict[Stage, StageDone] = field(default_factory=dict)
    shared: dict[str, Checkpoint] = field(default_factory=dict)

    def checkpoint(self, stage: Stage) -> Checkpoint | None:
        return self.done[stage].checkpoint if stage in self.done else None

    async def recall(self, input_hash: str) -> Checkpoint | None:
        return self.shared.get(input_hash)

    async def stage_done(self, done: StageDone) -> None:
        self.done[done.stage] = done
        if done.shared:
            self.shared[done.checkpoint.input_hash] = done.checkpoint


@dataclass
class Observations:
    """Implements `StageObserver`."""

    ended: list[tuple[Stage, str]] = field(default_factory=list)

    def stage_ended(self, stage: Stage, outcome: str, duration_s: float) -> None:
        self.ended.append((stage, outcome))
