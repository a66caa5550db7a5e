"""The archive of exports in an S3 bucket with object lock: until its time is over, nobody can delete a file.

Compliance mode: not even we can. A bucket gets object lock when it is made, or later while versioning is on. It is
asked first, for the words in which S3 refuses to lock without it help nobody.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError
from pcf_runtime.s3 import Bucket, BucketRefusedError, BucketUnavailableError, ObjectMissingError

from pcf_audit.export.archive import ArchiveDiffersError, ArchiveRefusedError, ArchiveUnavailableError
from pcf_audit.ports import Clock

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

__all__ = ["S3Archive"]

_NO_LOCK = "ObjectLockConfigurationNotFoundError"


class S3Archive:
    """An Archive. `lock_days` of 0 locks nothing, for buckets that are protected otherwise."""

    def __init__(self, bucket: Bucket, *, lock_days: int, clock: Clock) -> None:
        self._bucket = bucket
        self._lock_days = lock_days
        self._clock = clock

    async def check(self) -> None:
        if not self._lock_days:
            return
        with _faults():
            locks = await self._bucket.call(self._locks)
        if not locks:
            raise ArchiveRefusedError(
                f"{self._bucket.url} has no object lock, so exports could be deleted: switch it on for the bucket "
                "(versioning first), or set PCF_AUDIT_EXPORT_LOCK_DAYS=0 to go without."
            )

    async def names(self) -> Sequence[str]:
        with _faults():
            return await self._bucket.keys("log/")

    async def keep(self, name: str, content: bytes, *, media_type: str) -> bool:
        until = self._clock.now() + timedelta(days=self._lock_days) if self._lock_days else None
        with _faults():
            return await self._bucket.put(
                name, content, content_type=media_type, only_if_absent=True, retain_until=until
            )

    async def get(self, name: str) -> bytes:
        with _faults():
            return await self._bucket.get(name)

    def _locks(self, s3: "S3Client") -> bool:
        try:
            found = s3.get_object_lock_configuration(Bucket=self._bucket.url.bucket)
        except ClientError as error:
            if error.response.get("Error", {}).get("Code") == _NO_LOCK:
                return False
            raise
        return found.get("ObjectLockConfiguration", {}).get("ObjectLockEnabled") == "Enabled"


@contextmanager
def _faults() -> Iterator[None]:
    try:
        yield
    except ObjectMissingError as error:
        raise ArchiveDiffersError(f"{error} is not in the bucket any more.") from error
    except BucketUnavailableError as error:
        raise ArchiveUnavailableError(f"{error}.") from error
    except BucketRefusedError as error:
        raise ArchiveRefusedError(str(error)) from error
