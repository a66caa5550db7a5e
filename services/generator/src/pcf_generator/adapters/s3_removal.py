"""`Files` of a bucket: what is put aside lies under a prefix of its own. Needs the right to delete."""

from collections.abc import Iterator
from contextlib import contextmanager

from pcf_runtime.s3 import Bucket, BucketRefusedError, BucketUnavailableError, ObjectMissingError

from pcf_generator.adapters.s3_artifacts import key
from pcf_generator.ports.packing import ArtifactsUnavailable

__all__ = ["S3Removal"]

_ASIDE = "aside/"


class S3Removal:
    """Implements `Files`. A copy is there before the other is deleted: a crash leaves one too many."""

    def __init__(self, bucket: Bucket) -> None:
        self._bucket = bucket

    async def put_aside(self, sha256: str) -> None:
        await self._move(key(sha256), _ASIDE + sha256)

    async def bring_back(self, sha256: str) -> None:
        await self._move(_ASIDE + sha256, key(sha256))

    async def drop(self, sha256: str) -> None:
        with _faults():
            await self._bucket.delete(_ASIDE + sha256)

    async def _move(self, source: str, target: str) -> None:
        with _faults():
            try:
                content = await self._bucket.get(source)
            except ObjectMissingError:  # it was moved before
                return
            await self._bucket.put(target, content)
            await self._bucket.delete(source)


@contextmanager
def _faults() -> Iterator[None]:
    try:
        yield
    except (BucketUnavailableError, BucketRefusedError) as error:
        raise ArtifactsUnavailable(str(error)) from error
