"""Credentials that do not work, counted by the address that sends them, in this gateway."""

import ipaddress
from collections.abc import Callable, Mapping
from typing import Any, Final

from starlette.types import Scope

__all__ = ["Failures", "client_address"]

_PERIOD_S: Final = 60.0
_MOST_KNOWN: Final = 10_000
_NETWORK_BITS: Final = 64


class Failures:
    """So many per minute and address; 0 means any number."""

    def __init__(self, per_minute: int, *, elapsed_s: Callable[[], float]) -> None:
        self._per_minute = per_minute
        self._elapsed_s = elapsed_s
        self._known: dict[str, tuple[int, float]] = {}

    @property
    def any(self) -> bool:
        """Whether any address failed lately."""
        return bool(self._known)

    def wait_s(self, address: str) -> float:
        """How long the address has to wait before a credential of it is looked at; 0 if not at all."""
        count, ends = self._known.get(address, (0, 0.0))
        if not 0 < self._per_minute <= count:
            return 0.0
        return max(0.0, ends - self._elapsed_s())

    def note(self, address: str) -> None:
        now = self._elapsed_s()
        count, ends = self._known.pop(address, (0, 0.0))
        self._known[address] = (count + 1, ends) if now < ends else (1, now + _PERIOD_S)
        if len(self._known) > _MOST_KNOWN:
            self._known.pop(next(iter(self._known)))


def client_address(scope: Scope, headers: Mapping[bytes, bytes], *, proxies: int) -> str:
    """Where the request comes from, as the outermost of our own proxies saw it; of IPv6 the network only.

    Each proxy adds whom it saw to the end of X-Forwarded-For: what stands further ahead, anybody may have written.
    """
    peer: Any = scope.get("client")
    text = peer[0] if peer else ""
    if proxies:
        hops = headers.get(b"x-forwarded-for", b"").decode("latin-1").split(",")
        text = hops[-proxies].strip() if len(hops) >= proxies else text
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return "unknown"
    if isinstance(address, ipaddress.IPv6Address):
        # Whoever has one address of IPv6 has a network of them.
        return str(ipaddress.ip_network((address, _NETWORK_BITS), strict=False))
    return text
