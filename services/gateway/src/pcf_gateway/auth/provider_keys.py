"""The identity provider's public keys (JWKS): fetched, kept, and fetched again when a token names a new one."""

import asyncio
import json
import logging
import urllib.request
from collections.abc import Awaitable, Callable, Mapping
from http.client import HTTPException
from typing import Any, Final

import jwt
from pcf_runtime.errors import Unavailable

__all__ = ["Fetch", "ProviderAway", "ProviderKeys", "fetch_keys"]

_logger: Final = logging.getLogger(__name__)
_TIMEOUT_S: Final = 5.0
_LARGEST_BYTES: Final = 1024 * 1024
Fetch = Callable[[], Awaitable[Mapping[str, Any]]]


class ProviderAway(Unavailable):
    """The provider's keys were never had and cannot be had now: nobody can say whether a token is right."""

    def __init__(self) -> None:
        super().__init__(
            "UNAVAILABLE", "The identity provider cannot be reached now.", domain="gateway.pcf", retry_after_s=5.0
        )


class ProviderKeys:
    """Keys that are `kept_s` old are fetched anew; for an unknown one at most every `wait_s`.

    A provider that is away costs nothing while its keys are known: the old ones hold until it is back.
    """

    def __init__(self, fetch: Fetch, *, kept_s: float, wait_s: float, elapsed_s: Callable[[], float]) -> None:
        self._fetch = fetch
        self._kept_s = kept_s
        self._wait_s = wait_s
        self._elapsed_s = elapsed_s
        self._keys: Mapping[str, jwt.PyJWK] | None = None
        self._fetched_s = 0.0
        self._tried_s: float | None = None
        self._turn = asyncio.Lock()

    async def find(self, key_id: str) -> jwt.PyJWK | None:
        """The key of that id; None if the provider has none. ProviderAway."""
        if self._is_due(key_id):
            async with self._turn:
                # Whoever had the turn before may have fetched it.
                if self._is_due(key_id):
                    await self._refresh()
        if self._keys is None:
            raise ProviderAway
        return self._keys.get(key_id)

    def _is_due(self, key_id: str) -> bool:
        now_s = self._elapsed_s()
        if self._tried_s is not None and now_s - self._tried_s < self._wait_s:
            return False
        return self._keys is None or key_id not in self._keys or now_s - self._fetched_s >= self._kept_s

    async def _refresh(self) -> None:
        began_s = self._elapsed_s()
        try:
            found = jwt.PyJWKSet.from_dict(dict(await self._fetch()))
        except (OSError, HTTPException, ValueError, TypeError, AttributeError, jwt.PyJWTError) as error:
            _logger.warning("keys of the identity provider not fetched", extra={"pcf.error": type(error).__name__})
        else:
            self._keys = {key.key_id: key for key in found if key.key_id and key.public_key_use in (None, "sig")}
            self._fetched_s = began_s
        finally:
            # Only now: until then, others wait for their turn and the answer.
            self._tried_s = self._elapsed_s()


def fetch_keys(url: str) -> Fetch:
    """Reads the key set at that address, which comes from the settings and from nowhere else."""

    def read() -> Mapping[str, Any]:
        request = urllib.request.Request(url, headers={"Accept": "application/json"})  # noqa: S310
        with urllib.request.urlopen(request, timeout=_TIMEOUT_S) as answer:  # noqa: S310
            content = answer.read(_LARGEST_BYTES + 1)
        if len(content) > _LARGEST_BYTES:
            raise ValueError("the key set is too large")
        found: Mapping[str, Any] = json.loads(content)
        return found

    async def fetch() -> Mapping[str, Any]:
        return await asyncio.to_thread(read)

    return fetch
