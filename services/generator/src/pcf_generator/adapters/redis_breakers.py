"""The `Breakers` port in Redis: what one instance finds out about a provider, all of them go by.

Each change is one compare-and-set of a circuit under Redis' own clock. Redis gone, slow or full costs a little time:
every instance counts for itself as well, and goes by that until Redis takes what it is told.
"""

import asyncio
import json
import logging
import time
from collections.abc import Callable
from dataclasses import asdict
from typing import Any, Final, NamedTuple

from pcf_runtime.redis_client import Client, RedisUrl, close, connect
from pcf_runtime.secret_text import SecretText
from pcf_runtime.tracing.operation import operation
from redis.exceptions import OutOfMemoryError, RedisClusterException, RedisError

from pcf_generator.models.breakers import BreakerRules, BreakerState, Circuit, LocalBreakers

__all__ = ["RedisBreakers"]

log = logging.getLogger(__name__)

_FAULTS: Final = (RedisError, RedisClusterException, OSError, TimeoutError, asyncio.IncompleteReadError)
_NAMESPACE: Final = "pcf:generator:breakers:"
_KEPT_MS: Final = 600_000
"""A circuit that nobody has used for so long is closed again."""
_TRIES: Final = 3
"""How often a change begins anew because another came between: where many count the same, one less is no harm."""

_READ: Final = "local t = redis.call('time') return {t[1], t[2], redis.call('get', KEYS[1]) or ''}"
_WRITE: Final = """
if (redis.call('get', KEYS[1]) or '') ~= ARGV[1] then return 0 end
redis.call('set', KEYS[1], ARGV[2], 'px', ARGV[3])
return 1
"""


class RedisBreakers:
    """Implements `Breakers`."""

    def __init__(self, client: Client, *, rules: BreakerRules, limit_s: float = 0.1, rest_s: float = 2.0) -> None:
        """`limit_s` bounds each call to Redis; after a fault it is not called for `rest_s`."""
        self._client = client
        self._rules = rules
        self._limit_s = limit_s
        self._rest_s = rest_s
        self._rests_until = 0.0
        self._local = LocalBreakers(rules)
        self._untold: set[str] = set()
        """Circuits of which Redis did not take the last change."""

    @classmethod
    def connect(
        cls, url: str, *, rules: BreakerRules, limit_s: float = 0.1, secret: SecretText | None = None
    ) -> "RedisBreakers":
        """BadRedisUrlError; a Redis that is away is no error. `secret` is the URL where its password may change."""
        application = "pcf-generator-breakers"
        client = connect(RedisUrl.parse(url), timeout_s=limit_s, application=application, secret=secret)
        return cls(client, rules=rules, limit_s=limit_s)

    async def admit(self, target: str) -> bool:
        shared = await self._change(target, lambda circuit, now: circuit.admitted(now, self._rules))
        if shared is None or target in self._untold:
            return await self._local.admit(target)
        return shared.circuit is not None

    async def ended(self, target: str, *, healthy: bool | None) -> BreakerState:
        local = await self._local.ended(target, healthy=healthy)
        shared = await self._change(target, lambda circuit, now: circuit.after(healthy, now, self._rules))
        if shared is None or shared.circuit is None or target in self._untold:
            return local
        return shared.circuit.state(shared.now)

    async def state(self, target: str) -> BreakerState:
        shared = await self._change(target, lambda circuit, _: circuit)
        if shared is None or shared.circuit is None or target in self._untold:
            return await self._local.state(target)
        return shared.circuit.state(shared.now)

    async def aclose(self) -> None:
        """Close the connections, also while Redis rests."""
        try:
            async with asyncio.timeout(self._limit_s):
                await close(self._client)
        except _FAULTS:
            log.debug("Redis was not there to say goodbye to")

    async def _change(self, target: str, change: "_Rule") -> "_Changed | None":
        """The circuit after it; None when Redis could not be asked."""
        if time.monotonic() < self._rests_until:
            self._untold.add(target)
            return None
        try:
            with operation("redis", self._change):
                async with asyncio.timeout(self._limit_s):
                    return await self._changed(target, change)
        except OutOfMemoryError:
            # Full is no reason to rest, but what it has of this circuit is old.
            self._untold.add(target)
        except _FAULTS as error:
            self._rests_until = time.monotonic() + self._rest_s
            self._untold.add(target)
            log.warning("breakers do without Redis", extra={"pcf.error": type(error).__name__})
        return None

    async def _changed(self, target: str, change: "_Rule") -> "_Changed":
        for _ in range(_TRIES):
            seconds, micros, text = await self._eval(_READ, target)
            now = int(seconds) + int(micros) / 1e6
            before = _circuit(text)
            after = change(before, now)
            if after is None or after == before:
                break
            if await self._eval(_WRITE, target, text, json.dumps(asdict(after)), _KEPT_MS):
                self._untold.discard(target)
                break
        return _Changed(after, now)

    async def _eval(self, script: str, target: str, *arguments: bytes | str | int) -> Any:
        return await self._client.eval(script, 1, _NAMESPACE + target, *arguments)


_Rule = Callable[[Circuit, float], Circuit | None]


class _Changed(NamedTuple):
    circuit: Circuit | None
    now: float


def _circuit(text: bytes) -> Circuit:
    """One that nobody has used yet, if there is none or one of another version."""
    try:
        return Circuit(**json.loads(text))
    except (ValueError, TypeError):
        return Circuit()
