"""A cache in Redis that can only help: gone, slow or full, it costs a little time and never an error.

A fault opens a breaker: for a few seconds the cache answers "not there" by itself, so that a Redis that hangs
delays one call in a while and not every one.
"""

import asyncio
import logging
import secrets
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Final, Literal, cast

from redis.exceptions import OutOfMemoryError, RedisClusterException, RedisError

from pcf_runtime.redis_client import Client, RedisUrl, close, connect
from pcf_runtime.secret_text import SecretText
from pcf_runtime.tracing.operation import operation

__all__ = ["Lookup", "RedisCache"]

_log = logging.getLogger(__name__)

# A cluster none of whose nodes answers is no RedisError.
_FAULTS: Final = (RedisError, RedisClusterException, OSError, TimeoutError, asyncio.IncompleteReadError)
_MAKING_MS: Final = 10_000
"""How long one instance may make a value before another tries, in case it died."""
_LOOK_AGAIN_S: Final = 0.02
_RELEASE: Final = "if redis.call('get', KEYS[1]) == ARGV[1] then return redis.call('del', KEYS[1]) else return 0 end"

Lookup = Literal["hit", "miss", "fault", "resting"]
"""What came of one call: `resting` while the breaker is open."""


class RedisCache:
    """Bytes by key, under one namespace."""

    def __init__(
        self,
        client: Client,
        *,
        namespace: str,
        observe: Callable[[Lookup], None] = lambda _: None,
        limit_s: float = 0.25,
        rest_s: float = 2.0,
        wait_s: float = 2.0,
    ) -> None:
        """`limit_s` bounds each call to Redis, `wait_s` how long to wait for what another instance is making."""
        self._client = client
        self._namespace = namespace
        self._observe = observe
        self._limit_s = limit_s
        self._rest_s = rest_s
        self._wait_s = wait_s
        self._rests_until = 0.0
        self._making: dict[str, asyncio.Task[bytes]] = {}

    @classmethod
    def connect(
        cls,
        url: str,
        *,
        namespace: str,
        observe: Callable[[Lookup], None] = lambda _: None,
        limit_s: float = 0.25,
        secret: SecretText | None = None,
    ) -> "RedisCache":
        """BadRedisUrlError; a Redis that is away is no error. `secret` is the URL where its password may change."""
        application = namespace.strip(":").replace(":", "-")
        client = connect(RedisUrl.parse(url), timeout_s=limit_s, application=application, secret=secret)
        return cls(client, namespace=namespace, observe=observe, limit_s=limit_s)

    async def get(self, key: str) -> bytes | None:
        found = await self._try(lambda: self._client.get(self._namespace + key))
        if found is not _FAULT:
            self._observe("miss" if found is None else "hit")
        return cast("bytes | None", None if found is _FAULT else found)

    async def put(self, key: str, value: bytes, *, ttl_s: float) -> None:
        await self._try(lambda: self._client.set(self._namespace + key, value, px=int(ttl_s * 1_000)))

    async def get_or_make(self, key: str, make: Callable[[], Awaitable[bytes]], *, ttl_s: float) -> bytes:
        """The value; made once when many ask for it at a time, in this instance and in others."""
        making = self._making.get(key)
        if making is None:
            # A task of its own: a caller that goes away must not take the value from the others.
            making = self._making[key] = asyncio.create_task(self._fetch(key, make, ttl_s))
            making.add_done_callback(lambda _: self._making.pop(key, None))
        return await asyncio.shield(making)

    async def aclose(self) -> None:
        for making in list(self._making.values()):
            making.cancel()
        await asyncio.gather(*self._making.values(), return_exceptions=True)
        # Past the breaker: what is open is closed even while it rests.
        with suppress(*_FAULTS):
            async with asyncio.timeout(self._limit_s):
                await close(self._client)

    async def _fetch(self, key: str, make: Callable[[], Awaitable[bytes]], ttl_s: float) -> bytes:
        found = await self.get(key)
        if found is not None:
            return found
        token = secrets.token_hex(8)
        lock = f"{self._namespace}making:{key}"
        taken = await self._try(lambda: self._client.set(lock, token, nx=True, px=_MAKING_MS))
        # Whoever had it before may have finished between our look and our turn.
        found = await self._wait(key) if taken is None else await self._look(key)
        if found is not None:
            await self._give_up(lock, token)
            return found
        try:
            value = await make()
            await self.put(key, value, ttl_s=ttl_s)
        finally:
            await self._give_up(lock, token)
        return value

    async def _wait(self, key: str) -> bytes | None:
        """What another instance is making, unless it takes too long."""
        ends = time.monotonic() + self._wait_s
        while time.monotonic() < ends and not self._resting:
            await asyncio.sleep(_LOOK_AGAIN_S)
            if (found := await self._look(key)) is not None:
                return found
        return None

    async def _look(self, key: str) -> bytes | None:
        """As `get`, but told to nobody."""
        found = await self._try(lambda: self._client.get(self._namespace + key))
        return cast("bytes | None", None if found is _FAULT else found)

    async def _give_up(self, lock: str, token: str) -> None:
        """Let others make it, if it is ours to make."""
        await self._try(lambda: self._client.eval(_RELEASE, 1, lock, token))

    @property
    def _resting(self) -> bool:
        return time.monotonic() < self._rests_until

    async def _try(self, call: Callable[[], Awaitable[object]]) -> object:
        """What Redis answers, or _FAULT."""
        if self._resting:
            self._observe("resting")
            return _FAULT
        try:
            with operation("redis", call):
                async with asyncio.timeout(self._limit_s):
                    return await call()
        except OutOfMemoryError:
            # Full is no reason to rest: what is there can still be read.
            self._observe("fault")
            return _FAULT
        except _FAULTS as error:
            self._rests_until = time.monotonic() + self._rest_s
            self._observe("fault")
            # Only the kind: a message of Redis may repeat what was sent to it.
            _log.warning("Redis does without", extra={"pcf.error": type(error).__name__, "pcf.rest_s": self._rest_s})
            return _FAULT


_FAULT: Final = object()
