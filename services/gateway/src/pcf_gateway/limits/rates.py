"""Requests per second and minute, and builds per day: a caller's leases, and one from each for every request.

This is on the way of every request: where the leases hold enough, nothing is awaited and four numbers change.
"""

import asyncio
import hashlib
from collections.abc import Callable, Sequence
from typing import Any, Final

from pcf_gateway.limits.lease import Lease
from pcf_gateway.limits.rules import Book, Rules
from pcf_gateway.limits.windows import WindowStore

__all__ = ["Caller", "Rates", "Spent"]

_SECOND: Final = 1
_MINUTE: Final = 60
_DAY: Final = 24 * 60 * 60
_MOST_KNOWN: Final = 10_000


class Spent(Exception):  # noqa: N818 - being spent is no fault
    """A window gives no more."""

    def __init__(self, lease: Lease, wait_s: float) -> None:
        super().__init__(lease.name)
        self.lease = lease
        self.wait_s = wait_s


class Caller:
    """The leases of one credential and its tenant, the tenant's shared with its other credentials."""

    __slots__ = ("leases", "policy", "quota", "rules")

    def __init__(self, rules: Rules, own: Sequence[Lease], shared: Sequence[Lease], quota: Sequence[Lease]) -> None:
        self.rules = rules
        self.leases = (*own, *shared)
        self.quota = quota
        self.policy = ", ".join(f"{lease.limit};w={lease.period_s}" for lease in self.leases).encode()


class Rates:
    """Knows the callers that came lately; what they took is the store's to remember."""

    def __init__(self, store: WindowStore, book: Book, *, elapsed_s: Callable[[], float]) -> None:
        self._store = store
        self._book = book
        self._elapsed_s = elapsed_s
        self._callers: dict[tuple[str, str], Caller] = {}
        self._tenants: dict[str, tuple[Sequence[Lease], Sequence[Lease]]] = {}
        self._filling: dict[Lease, asyncio.Task[None]] = {}

    def change(self, book: Book) -> None:
        """Go by other rules from now on. What was taken stays taken."""
        self._book = book
        self._callers.clear()
        self._tenants.clear()

    def caller(self, tenant: str, actor: str) -> Caller:
        known = self._callers.get((tenant, actor))
        return self._meet(tenant, actor) if known is None else known

    async def take(self, leases: Sequence[Lease]) -> None:
        """One from each, or none from any and Spent."""
        while True:
            now = self._elapsed_s()
            lacking = [lease for lease in leases if lease.lacks(now)]
            if not lacking:
                for lease in leases:
                    lease.unspent -= 1
                return
            for lease in lacking:
                if lease.is_spent(now):
                    raise Spent(lease, lease.ends_s - now)
            await self._fill(lacking)

    def _meet(self, tenant: str, actor: str) -> Caller:
        rules = self._book.rules(tenant)
        # What is in the keys can be seen in Redis: no name of a person. The braces keep a tenant's in one place.
        begin = f"pcf:gateway:limits:{{{_digest(tenant)}}}"
        own = _leases("key", f"{begin}:key:{_digest(actor)}", rules.key_per_second, rules.key_per_minute)
        shared = self._tenants.get(tenant)
        if shared is None:
            both = _leases("tenant", f"{begin}:tenant", rules.tenant_per_second, rules.tenant_per_minute)
            builds = rules.builds_per_day
            quota = [Lease("builds_per_day", f"{begin}:builds", limit=builds, period_s=_DAY, whole=True)]
            shared = self._tenants[tenant] = (both, quota if builds else [])
            _forget_oldest(self._tenants)
        caller = self._callers[tenant, actor] = Caller(rules, own, *shared)
        _forget_oldest(self._callers)
        return caller

    async def _fill(self, lacking: Sequence[Lease]) -> None:
        """Whatever is under way already is waited for, and not asked for again."""
        new = [lease for lease in lacking if lease not in self._filling]
        if new:
            # A task of its own: a caller that goes away must not take it from the others.
            asking = asyncio.create_task(self._ask(new))
            self._filling |= dict.fromkeys(new, asking)
        for lease in lacking:
            lease.waiting += 1
        try:
            await asyncio.wait({self._filling[lease] for lease in lacking})
        finally:
            for lease in lacking:
                lease.waiting -= 1

    async def _ask(self, leases: Sequence[Lease]) -> None:
        try:
            asked_s = self._elapsed_s()
            grants = await self._store.take([lease.want() for lease in leases])
            for lease, grant in zip(leases, grants, strict=True):
                lease.fill(grant, asked_s=asked_s)
        finally:
            for lease in leases:
                del self._filling[lease]


def _leases(whose: str, key: str, per_second: int, per_minute: int) -> list[Lease]:
    wanted = (("second", per_second, _SECOND), ("minute", per_minute, _MINUTE))
    return [
        Lease(f"{whose}_per_{name}", f"{key}:{name}", limit=limit, period_s=period_s)
        for name, limit, period_s in wanted
        if limit
    ]


def _forget_oldest(known: dict[Any, Any]) -> None:
    if len(known) > _MOST_KNOWN:
        known.pop(next(iter(known)))


def _digest(text: str) -> str:
    return hashlib.blake2b(text.encode(), digest_size=12).hexdigest()
