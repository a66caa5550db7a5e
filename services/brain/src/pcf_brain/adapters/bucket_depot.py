"""Published releases in a bucket of S3."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from pcf_runtime.s3 import Bucket, BucketRefusedError, BucketUnavailableError, BucketUrl, ObjectMissingError

from pcf_brain.domain.problem import BrokenReleaseError, Problem
from pcf_brain.ports import MissingError, MovedError, StoreUnavailableError, Versioned

_CONNECT_S = 1.0


class BucketDepot:
    """Depot of one bucket; a call may take `call_s`, its repetition included."""

    def __init__(self, url: BucketUrl, *, call_s: float) -> None:
        self._bucket = Bucket(url, connect_timeout_s=_CONNECT_S, read_timeout_s=max(call_s - _CONNECT_S, _CONNECT_S))
        self._call_s = call_s

    @property
    def name(self) -> str:
        return str(self._bucket.url)

    async def read(self, key: str, *, limit_bytes: int) -> bytes:
        async with self._asking():
            return await self._read(key, limit_bytes)

    async def read_again(self, key: str, *, known: Versioned | None, limit_bytes: int) -> Versioned:
        # A conditional GET could not be told to stop at the limit; HEAD is as cheap, and says the size.
        async with self._asking():
            found = await self._bucket.head(key)
            if found is None:
                await self._read(key, limit_bytes)  # HEAD does not tell whether the object or the bucket is missing
                raise ObjectMissingError(key)
            if known and known.version == found.etag:
                return known
            return Versioned(await self._read(key, limit_bytes), found.etag)

    async def write(self, key: str, content: bytes) -> None:
        async with self._asking():
            await self._bucket.put(key, content)

    async def replace(self, key: str, content: bytes, *, known: Versioned | None) -> None:
        async with self._asking():
            stored = await self._bucket.put(
                key, content, only_if_absent=known is None, only_if_etag=known.version if known else ""
            )
        if not stored:
            raise MovedError

    async def keys(self, prefix: str) -> Sequence[str]:
        async with self._asking():
            return await self._bucket.keys(prefix)

    def close(self) -> None:
        self._bucket.close()

    async def _read(self, key: str, limit_bytes: int) -> bytes:
        """Read no more than the limit and one byte, so that a huge object costs nothing."""
        try:
            content = await self._bucket.get(key, end=limit_bytes + 1)
        except BucketRefusedError:
            # There is no range in an empty object.
            found = await self._bucket.head(key)
            if found is None or found.size_bytes:
                raise
            return b""
        if len(content) > limit_bytes:
            raise BrokenReleaseError([Problem(key, 0, f"is larger than {limit_bytes:,} bytes")])
        return content

    @asynccontextmanager
    async def _asking(self) -> AsyncIterator[None]:
        try:
            async with asyncio.timeout(self._call_s):
                yield
        except ObjectMissingError as error:
            raise MissingError(f"is missing in {self.name}") from error
        except TimeoutError as error:
            raise StoreUnavailableError(f"{self.name} gives no answer within {self._call_s:g} s") from error
        except (BucketUnavailableError, BucketRefusedError) as error:
            raise StoreUnavailableError(str(error).rstrip(".")) from error
