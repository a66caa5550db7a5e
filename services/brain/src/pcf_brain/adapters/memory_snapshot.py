"""Files held in memory, so that they stay readable whatever happens to where they came from."""

from collections.abc import Mapping, Sequence


class MemorySnapshot:
    """Snapshot of contents by path, sorted."""

    def __init__(self, contents: Mapping[str, bytes]) -> None:
        self._contents = contents

    @property
    def paths(self) -> Sequence[str]:
        return tuple(self._contents)

    async def read(self, path: str) -> bytes:
        return self._contents[path]
