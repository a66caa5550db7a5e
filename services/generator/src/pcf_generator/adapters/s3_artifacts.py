"""The `ArtifactStore` port on a bucket: one object for each content, `sha256/<two digits>/<SHA-256>`.

A lifecycle rule of the bucket may delete objects some days after they were written. So one that is past half of its
days is written anew before another build points at it: what a build gives stays for half of the days at least.
"""

import asyncio
import hashlib
import logging
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta

from pcf_runtime.s3 import Bucket, BucketRefusedError, BucketUnavailableError, ObjectInfo, ObjectMissingError

from pcf_generator.artifact_store import ArtifactDamaged, ArtifactGone, Link
from pcf_generator.domain.build import Artifact
from pcf_generator.ports.outside import Clock
from pcf_generator.ports.packing import ArtifactsUnavailable

CHUNK = 64 * 1024
PART = 16 * CHUNK
"""What is asked for at once: most artifacts are one part."""
FOLDER = "sha256/"

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Keeping:
    """How long the bucket keeps an object, how long links hold, and how long a call may take."""

    days: int = 0
    """0: for good."""
    link_s: int = 0
    """0: no links are given."""
    call_s: float = 6.0


class S3Artifacts:
    """Implements `ArtifactStore`."""

    def __init__(self, bucket: Bucket, *, keeping: Keeping, clock: Clock) -> None:
        self._bucket = bucket
        self._keeping = keeping
        self._clock = clock

    async def start(self) -> None:
        """Fail if the bucket can never be used as it is set up; what may pass is waited for by builds."""
        try:
            await self.ping()
            # Whether we may write: the artifact of no bytes is as good as any.
            await self.put(kind="", filename="", media_type="application/octet-stream", content=b"")
        except ArtifactsUnavailable as error:
            if isinstance(error.__cause__, BucketRefusedError):
                raise error.__cause__ from None
            log.warning("artifact store not reached yet", extra={"pcf.reason": str(error)})

    async def put(self, *, kind: str, filename: str, media_type: str, content: bytes) -> Artifact:
        artifact = Artifact(kind, filename, media_type, hashlib.sha256(content).hexdigest(), len(content))
        name = key(artifact.sha256)
        async with self._calling():
            if not await self._bucket.put(name, content, content_type=media_type, only_if_absent=True):
                known = await self._bucket.head(name)
                if known is None or not self._is_lasting(known, artifact):
                    await self._bucket.put(name, content, content_type=media_type)
        return artifact

    async def holds(self, artifact: Artifact) -> bool:
        """Half an object is none: the next build writes it anew."""
        known = await self._known(artifact)
        return known is not None and known.size_bytes == artifact.size_bytes

    async def lasts(self, artifact: Artifact) -> bool:
        known = await self._known(artifact)
        return known is not None and self._is_lasting(known, artifact)

    async def link(self, artifact: Artifact) -> Link | None:
        seconds = self._keeping.link_s
        if not seconds:
            return None
        expire_time = self._clock() + timedelta(seconds=seconds)
        async with self._calling():
            url = await self._bucket.presign(
                key(artifact.sha256), seconds=seconds, filename=artifact.filename, media_type=artifact.media_type
            )
        return Link(url, expire_time)

    async def read(self, artifact: Artifact, *, offset: int, limit: int) -> AsyncGenerator[bytes, None]:
        """A whole artifact is compared with its hash before its last part is given away."""
        end = min(offset + limit, artifact.size_bytes)
        digest = hashlib.sha256() if (offset, end) == (0, artifact.size_bytes) else None
        for start in range(offset, end, PART):
            part = await self._part(artifact, start, min(start + PART, end))
            if digest is not None:
                digest.update(part)
                if start + PART >= end and digest.hexdigest() != artifact.sha256:
                    raise ArtifactDamaged(artifact.sha256)
            for place in range(0, len(part), CHUNK):
                yield part[place : place + CHUNK]

    async def ping(self) -> None:
        """Fail if the bucket does not answer, or does not let us in."""
        prefix = self._bucket.url.key(FOLDER)
        async with self._calling():
            await self._bucket.call(
                lambda s3: s3.list_objects_v2(Bucket=self._bucket.url.bucket, Prefix=prefix, MaxKeys=1)
            )

    async def _part(self, artifact: Artifact, start: int, end: int) -> bytes:
        try:
            async with self._calling():
                part = await self._bucket.get(key(artifact.sha256), start=start, end=end)
        except ObjectMissingError as error:
            raise ArtifactGone(artifact.sha256) from error
        if len(part) != end - start:
            raise ArtifactDamaged(artifact.sha256)
        return part

    async def _known(self, artifact: Artifact) -> ObjectInfo | None:
        async with self._calling():
            return await self._bucket.head(key(artifact.sha256))

    def _is_lasting(self, known: ObjectInfo, artifact: Artifact) -> bool:
        """Whole, and not yet past half of its days."""
        days = self._keeping.days
        old = days > 0 and self._clock() - known.modified > timedelta(days=days / 2)
        return known.size_bytes == artifact.size_bytes and not old

    @asynccontextmanager
    async def _calling(self) -> AsyncIterator[None]:
        """A refusal is an absence too: keys and rights get mended, and the build that waits for it loses nothing."""
        try:
            async with asyncio.timeout(self._keeping.call_s):
                yield
        except TimeoutError as error:
            raise ArtifactsUnavailable(f"{self._bucket.url} does not answer in time") from error
        except (BucketUnavailableError, BucketRefusedError) as error:
            raise ArtifactsUnavailable(str(error)) from error


def key(sha256: str) -> str:
    """Where the object of a content is."""
    return f"{FOLDER}{sha256[:2]}/{sha256}"
