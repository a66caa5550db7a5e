"""Builds that succeeded, for others with the same brief: such a build tells what the first one told, and runs no stage.

Only for others of the same tenant: nobody can try what another tenant asked for.
What a build comes to follows from its brief, the release of the brain, the model, the generator and the compilers.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from pydantic import TypeAdapter

from pcf_generator.artifact_store import ArtifactStore
from pcf_generator.domain.build import Result
from pcf_generator.domain.digest import digest
from pcf_generator.domain.tenant import marks
from pcf_generator.pipeline import Kit
from pcf_generator.ports.journal import Checkpoint, StageDone
from pcf_generator.ports.model import Brief
from pcf_generator.shared_results import SharedResults
from pcf_generator.version import VERSION


@dataclass(frozen=True, slots=True)
class Precedent:
    """What a build told and made, `stages` as one tells of them that takes them over."""

    stages: Sequence[StageDone]
    result: Result

    def within(self, duration_s: float) -> Sequence[StageDone]:
        """The stages as taken over in this time, at one go."""
        return [replace(stage, duration_s=duration_s / len(self.stages)) for stage in self.stages]


class Precedents:
    """Where builds leave and find them."""

    def __init__(self, shared: SharedResults, kit: Kit) -> None:
        self._shared = shared
        self._artifacts: ArtifactStore = kit.artifacts
        self._made_by = (VERSION, kit.model.name, kit.compile.versions if kit.compile else None)

    async def find(self, brief: Brief, release: str, *, tenant: str) -> Precedent | None:
        """The precedent, if all its files will last; StoreUnavailable or ArtifactsUnavailable."""
        found = await self._shared.find(self._key(brief, release, tenant))
        if found is None:
            return None
        precedent = _adapter().validate_json(found.content)
        lasts = [await self._artifacts.lasts(artifact) for artifact in precedent.result.artifacts]
        return precedent if all(lasts) else None

    def left(self, brief: Brief, release: str, precedent: Precedent, *, tenant: str) -> Checkpoint:
        """A build as others will find it, once this is stored as a shared result."""
        return Checkpoint(self._key(brief, release, tenant), _adapter().dump_json(precedent).decode())

    def _key(self, brief: Brief, release: str, tenant: str) -> str:
        return digest("build", release, *self._made_by, *marks(tenant), brief)


@lru_cache(maxsize=1)
def _adapter() -> TypeAdapter[Precedent]:
    return TypeAdapter(Precedent)
