"""The `ResultIndex` port in Redis, where nobody who reads along learns what makers wrote.

A shared result holds names and texts of a control, and the hash it goes by is made from them: who guesses the texts can
make the hash. So the value is sealed, and the key is an HMAC of the hash, both under a secret that Redis never gets.
"""

import hmac
from collections.abc import Callable
from typing import Final, Protocol

from pcf_runtime.sealing import Sealer, UnsealableError

from pcf_generator.ports.journal import Checkpoint

_NAMES: Final = b"pcf-generator names of shared results"
"""What the key of the names is derived for; the secret itself seals."""


class Cache(Protocol):
    """Bytes by key that may be gone at any time; no method fails."""

    async def get(self, key: str) -> bytes | None: ...

    async def put(self, key: str, value: bytes, *, ttl_s: float) -> None: ...


class RedisResults:
    """Implements `ResultIndex`."""

    def __init__(
        self, cache: Cache, *, secret: str, ttl_s: float, unsealable: Callable[[], None] = lambda: None
    ) -> None:
        """`secret` is the base64 of 32 bytes; `unsealable` is told of each value that another secret sealed."""
        self._cache = cache
        self._sealer = Sealer.parse(secret)
        self._name_key = hmac.digest(secret.strip().encode(), _NAMES, "sha256")
        self._ttl_s = ttl_s
        self._unsealable = unsealable

    async def find(self, input_hash: str) -> Checkpoint | None:
        name = self._name(input_hash)
        sealed = await self._cache.get(name)
        if sealed is None:
            return None
        try:
            content = self._sealer.open(sealed, context=name.encode())
        except UnsealableError:
            # Of an earlier secret, or somebody's: the store has the true one, and this gets written over.
            self._unsealable()
            return None
        return Checkpoint(input_hash, content.decode())

    async def keep(self, shared: Checkpoint) -> None:
        name = self._name(shared.input_hash)
        sealed = self._sealer.seal(shared.content.encode(), context=name.encode())
        await self._cache.put(name, sealed, ttl_s=self._ttl_s)

    def _name(self, input_hash: str) -> str:
        return hmac.digest(self._name_key, input_hash.encode(), "sha256").hex()
