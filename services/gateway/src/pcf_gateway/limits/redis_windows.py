"""Windows that all gateways share, in Redis; while it is away or slow, each gateway counts for itself.

One script call takes from all windows that a request needs. Whatever Redis does, a request waits `limit_s` for it
at most, and after some faults in a row not at all for a while.
"""

import asyncio
import logging
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any, Final

from pcf_runtime.redis_client import Client, RedisUrl, close, connect
from pcf_runtime.secret_text import SecretText
from redis.exceptions import RedisClusterException, RedisError

from pcf_gateway.limits.windows import Grant, LocalWindows, Want

__all__ = ["RedisWindows"]

_log = logging.getLogger(__name__)

# A cluster none of whose nodes answers is no RedisError.
_FAULTS: Final = (RedisError, RedisClusterException, OSError, TimeoutError, asyncio.IncompleteReadError)
_CONNECT_S: Final = 1.0
_FAULTS_IN_A_ROW: Final = 3
_TAKE: Final = """
local grants = {}
for i, key in ipairs(KEYS) do
  local limit, period, wanted = tonumber(ARGV[3 * i - 2]), tonumber(ARGV[3 * i - 1]), tonumber(ARGV[3 * i])
  local left = limit - tonumber(redis.call('get', key) or '0')
  local count = math.max(0, math.min(wanted, left))
  if count > 0 then redis.call('incrby', key, count) end
  local ends = redis.call('pttl', key)
  if ends < 0 then
    redis.call('pexpire', key, period)
    ends = period
  end
  table.insert(grants, {count, math.max(0, left - count), ends})
end
return grants
"""


class RedisWindows:
    """Implements `WindowStore`; `up` tells whether the windows are shared at the moment."""

    def __init__(
        self, client: Client, *, elapsed_s: Callable[[], float], limit_s: float = 0.02, rest_s: float = 1.0
    ) -> None:
        self._client = client
        self._elapsed_s = elapsed_s
        self._limit_s = limit_s
        self._rest_s = rest_s
        self._local = LocalWindows(elapsed_s)
        self._rests_until = 0.0
        self._faults = 0
        self.up = True

    @classmethod
    def connect(cls, url: str, *, elapsed_s: Callable[[], float], secret: SecretText | None = None) -> "RedisWindows":
        """BadRedisUrlError; a Redis that is away is no error. `secret` is the URL where its password may change."""
        application = "pcf-gateway-limits"
        client = connect(RedisUrl.parse(url), timeout_s=_CONNECT_S, application=application, secret=secret)
        return cls(client, elapsed_s=elapsed_s)

    async def take(self, wants: Sequence[Want]) -> Sequence[Grant]:
        if self._elapsed_s() >= self._rests_until:
            try:
                async with asyncio.timeout(self._limit_s):
                    answer = await self._ask(wants)
            except _FAULTS as error:
                self._failed(error)
            else:
                self._succeeded()
                return [Grant(count, left, ends_ms / 1000) for count, left, ends_ms in answer]
        return await self._local.take(wants)

    async def aclose(self) -> None:
        """Close the connections, whether Redis is there or not."""
        with suppress(*_FAULTS):
            async with asyncio.timeout(_CONNECT_S):
                await close(self._client)

    async def _ask(self, wants: Sequence[Want]) -> Any:
        keys = [want.key for want in wants]
        numbers = [number for want in wants for number in (want.limit, want.period_s * 1000, want.count)]
        return await self._client.eval(_TAKE, len(keys), *keys, *numbers)

    def _failed(self, error: BaseException) -> None:
        self._faults += 1
        if self._faults < _FAULTS_IN_A_ROW:
            return
        self._rests_until = self._elapsed_s() + self._rest_s
        if self.up:
            self.up = False
            # Only the kind: a message of Redis may repeat what was sent to it.
            _log.warning("limits are counted by this gateway alone", extra={"pcf.error": type(error).__name__})

    def _succeeded(self) -> None:
        self._faults = 0
        if not self.up:
            self.up = True
            _log.info("limits are shared again")
