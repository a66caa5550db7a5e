"""A cache in this process: least recently used goes first, up to a number of bytes."""

from collections import OrderedDict


class MemoryCache:
    """BlobCache of one process; it needs no lock, for nothing here waits."""

    def __init__(self, *, limit_bytes: int) -> None:
        self._limit_bytes = limit_bytes
        self._contents: OrderedDict[str, bytes] = OrderedDict()
        self._size_bytes = 0

    async def get(self, sha256: str) -> bytes | None:
        content = self._contents.get(sha256)
        if content is not None:
            self._contents.move_to_end(sha256)
        return content

    async def put(self, sha256: str, content: bytes) -> None:
        if sha256 in self._contents or len(content) > self._limit_bytes:
            return
        self._contents[sha256] = content
        self._size_bytes += len(content)
        while self._size_bytes > self._limit_bytes:
            _, forgotten = self._contents.popitem(last=False)
            self._size_bytes -= len(forgotten)
