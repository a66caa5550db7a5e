"""A bucket of S3, or of what speaks its protocol: boto3 in threads of its own. Keys are relative to the prefix."""

import asyncio
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from threading import Lock
from typing import TYPE_CHECKING, Any, Final, Literal, TypeVar

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError, HTTPClientError, IncompleteReadError, NoCredentialsError
from botocore.exceptions import ConnectionError as BotoConnectionError
from urllib3.exceptions import HTTPError as ReadError

from pcf_runtime.bucket_url import BucketUrl
from pcf_runtime.starting import CannotStartError
from pcf_runtime.tracing.operation import operation

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

__all__ = [
    "Bucket",
    "BucketRefusedError",
    "BucketUnavailableError",
    "BucketUrl",
    "ObjectInfo",
    "ObjectMissingError",
]

_THREADS: Final = 16
_SLOW_DOWN: Final = {"SlowDown", "RequestTimeout", "Throttling", "ThrottlingException", "RequestTimeTooSkewed"}
_MISSING: Final = {"NoSuchKey", "NotFound", "404"}
_UNCHANGED: Final = {"NotModified", "304"}
_EXISTS: Final = {"PreconditionFailed", "412", "ConditionalRequestConflict", "409"}
_SERVER_ERROR: Final = 500
_AWS_KEY: Final = "aws/s3"
"""The key that AWS keeps for the account: what KMS takes when none is named."""

T = TypeVar("T")


class ObjectMissingError(LookupError):
    """There is no object under this key."""


class BucketUnavailableError(Exception):
    """The bucket does not answer now; the same call may succeed later."""


class BucketRefusedError(CannotStartError):
    """The bucket refuses what was asked, and will until somebody mends it: key, rights, name, region."""


@dataclass(frozen=True, slots=True)
class ObjectInfo:
    """What a bucket says of an object."""

    size_bytes: int
    etag: str
    modified: datetime
    metadata: Mapping[str, str] = field(default_factory=dict)


class Bucket:
    """The objects under one prefix. Every method may raise BucketUnavailableError and BucketRefusedError."""

    def __init__(self, url: BucketUrl, *, connect_timeout_s: float = 2.0, read_timeout_s: float = 10.0) -> None:
        self.url = url
        self._threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="s3")
        config = Config(
            connect_timeout=connect_timeout_s,
            read_timeout=read_timeout_s,
            retries={"mode": "standard", "total_max_attempts": 2},
            max_pool_connections=_THREADS,
            # Else addresses are signed with version 2, which newer regions and keys of KMS refuse.
            signature_version="s3v4",
            # Names with dots and endpoints that are addresses have no certificate or name of bucket.host.
            s3={"addressing_style": "path" if url.endpoint else "auto"},
        )
        self._make: Callable[[], S3Client] = partial(
            boto3.session.Session().client,
            "s3",
            region_name=url.region or None,
            endpoint_url=url.endpoint or None,
            config=config,
        )
        self._client: S3Client | None = None
        self._making = Lock()

    async def get(self, key: str, *, start: int = 0, end: int | None = None) -> bytes:
        """The bytes from `start` up to `end`, which is not among them; ObjectMissingError."""
        if end is not None and end <= start:
            # There is no such range in HTTP, and S3 answers with the whole object.
            return b""
        given: dict[str, Any] = {}
        if start or end is not None:
            given["Range"] = f"bytes={start}-{'' if end is None else end - 1}"
        return await self._call(lambda s3: s3.get_object(**self._at(key), **given)["Body"].read(), key)

    async def get_if_changed(self, key: str, *, etag: str) -> tuple[bytes, str] | None:
        """The bytes and their new ETag, or None when they still have this one; ObjectMissingError."""
        given: dict[str, Any] = {"IfNoneMatch": etag} if etag else {}

        def read(s3: "S3Client") -> tuple[bytes, str]:
            found = s3.get_object(**self._at(key), **given)
            return found["Body"].read(), found["ETag"]

        return await self._unless(_UNCHANGED, read, key)

    async def put(
        self,
        key: str,
        body: bytes,
        *,
        content_type: str = "application/octet-stream",
        only_if_absent: bool = False,
        only_if_etag: str = "",
        metadata: Mapping[str, str] | None = None,
        retain_until: datetime | None = None,
    ) -> bool:
        """Store an object whole; false when it was there, or is not the one of `only_if_etag` any more.

        `retain_until` locks it against deletion, in a bucket with object lock.
        """
        given: dict[str, Any] = {"ContentType": content_type, "Metadata": dict(metadata or {})}
        if only_if_absent:
            given["IfNoneMatch"] = "*"
        if only_if_etag:
            given["IfMatch"] = only_if_etag
        if self.url.kms:
            given |= _encryption(self.url.kms)
        if retain_until:
            given |= {"ObjectLockMode": "COMPLIANCE", "ObjectLockRetainUntilDate": retain_until}
        # The store compares the checksum with what arrived, so half an upload or a flipped bit is no object.
        put = partial(_put, at=self._at(key), body=body, given=given)
        return await self._unless(_EXISTS, put, key) is not None

    async def head(self, key: str) -> ObjectInfo | None:
        """What is known of an object, None when there is none."""

        def look(s3: "S3Client") -> ObjectInfo:
            found = s3.head_object(**self._at(key))
            return ObjectInfo(found["ContentLength"], found["ETag"], found["LastModified"], found["Metadata"])

        return await self._unless(_MISSING, look, key)

    async def keys(self, prefix: str = "") -> list[str]:
        """All keys that begin so, sorted."""
        cut = len(self.url.key(""))

        def walk(s3: "S3Client") -> list[str]:
            pages = s3.get_paginator("list_objects_v2").paginate(Bucket=self.url.bucket, Prefix=self.url.key(prefix))
            return sorted(each["Key"][cut:] for page in pages for each in page.get("Contents", ()))

        return await self._call(walk, prefix)

    async def delete(self, key: str) -> None:
        """Remove an object, if it is there."""
        await self._call(lambda s3: s3.delete_object(**self._at(key)), key)

    async def presign(self, key: str, *, seconds: int, filename: str, media_type: str) -> str:
        """A URL under which anyone can read this object for a while, as a file of this name."""
        given = {
            **self._at(key),
            "ResponseContentDisposition": f'attachment; filename="{filename}"',
            "ResponseContentType": media_type,
        }
        return await self._call(
            lambda s3: s3.generate_presigned_url("get_object", Params=given, ExpiresIn=seconds), key
        )

    async def call(self, work: "Callable[[S3Client], T]") -> T:
        """For what only one caller needs, such as lifecycle rules: the client, in one of the threads."""
        return await self._call(work, "")

    def close(self) -> None:
        """Call when nothing is under way any more."""
        self._threads.shutdown(wait=False, cancel_futures=True)
        if self._client is not None:
            self._client.close()

    def _at(self, key: str) -> dict[str, Any]:
        return {"Bucket": self.url.bucket, "Key": self.url.key(key)}

    async def _unless(self, codes: set[str], work: "Callable[[S3Client], T]", key: str) -> T | None:
        """What the work gives; None for an answer of these codes."""

        def tried(s3: "S3Client") -> T | None:
            try:
                return work(s3)
            except ClientError as error:
                if _code(error) in codes:
                    return None
                raise

        return await self._call(tried, key, named=work)

    async def _call(
        self, work: "Callable[[S3Client], T]", key: str, *, named: "Callable[[S3Client], T] | None" = None
    ) -> T:
        def run() -> T:
            with _faults(self.url, key):
                return work(self._opened())

        with operation("s3", named or work):
            return await asyncio.get_running_loop().run_in_executor(self._threads, run)

    def _opened(self) -> "S3Client":
        """Made on first use and in a thread: reading the service's model takes longer than some whole calls."""
        with self._making:
            if self._client is None:
                self._client = self._make()
            return self._client


def _encryption(key: str) -> dict[str, Any]:
    """With a key of the bucket in between, KMS is asked once in a while and not for each object."""
    own = {} if key == _AWS_KEY else {"SSEKMSKeyId": key}
    return {"ServerSideEncryption": "aws:kms", "BucketKeyEnabled": True, **own}


def _put(s3: "S3Client", *, at: Mapping[str, Any], body: bytes, given: Mapping[str, Any]) -> Literal[True]:
    s3.put_object(**at, Body=body, ChecksumAlgorithm="SHA256", **given)
    return True


@contextmanager
def _faults(url: BucketUrl, key: str) -> Iterator[None]:
    try:
        yield
    except ClientError as error:
        if _code(error) in _MISSING and key:
            raise ObjectMissingError(key) from error
        if _passes(error):
            raise BucketUnavailableError(f"{url} does not answer now: {_code(error)}") from error
        raise BucketRefusedError(f"{url} refuses this: {_sentence(error)}.") from error
    except NoCredentialsError as error:
        raise BucketRefusedError(
            f"there are no credentials for {url}: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or give a role."
        ) from error
    except (HTTPClientError, BotoConnectionError, IncompleteReadError, ReadError, OSError) as error:
        raise BucketUnavailableError(f"{url} is not reached: {type(error).__name__}") from error
    except BotoCoreError as error:
        raise BucketRefusedError(f"{url} cannot be used: {error}.") from error


def _code(error: ClientError) -> str:
    return str(error.response.get("Error", {}).get("Code", ""))


def _passes(error: ClientError) -> bool:
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    return status >= _SERVER_ERROR or _code(error) in _SLOW_DOWN


def _sentence(error: ClientError) -> str:
    return f"{_code(error)} {error.response.get('Error', {}).get('Message', '')}".strip().rstrip(".")
