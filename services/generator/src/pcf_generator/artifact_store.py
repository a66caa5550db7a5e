"""What pipeline and desk need from a store of artifacts; `adapters/` has one on a folder and one on a bucket."""

from collections.abc import AsyncGenerator
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from pcf_generator.domain.build import Artifact


@dataclass(frozen=True, slots=True)
class Link:
    """Where anyone can fetch an artifact for a while. The URL is a credential: it belongs into no log."""

    url: str
    expire_time: datetime


class ArtifactStore(Protocol):
    """Artifacts by the SHA-256 of their content. Every method may raise ArtifactsUnavailable."""

    async def put(self, *, kind: str, filename: str, media_type: str, content: bytes) -> Artifact:
        """Store the bytes durably, unless they are there and will be for a while, and describe them."""

    async def holds(self, artifact: Artifact) -> bool:
        """Whether the bytes are there."""

    async def lasts(self, artifact: Artifact) -> bool:
        """Whether the bytes are there and will be for a while: another build may point at them."""

    async def link(self, artifact: Artifact) -> Link | None:
        """Where to fetch the bytes without us; None when that is not on offer."""

    def read(self, artifact: Artifact, *, offset: int, limit: int) -> AsyncGenerator[bytes, None]:
        """The bytes from `offset`, at most `limit`, in chunks of at most 64 KiB; ArtifactGone, ArtifactDamaged."""


class ArtifactGone(LookupError):  # noqa: N818 - reads as what it is
    """The bytes are no longer kept."""


class ArtifactDamaged(Exception):  # noqa: N818
    """What is kept is not what was stored."""
