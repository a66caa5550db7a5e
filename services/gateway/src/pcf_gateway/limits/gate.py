"""Every limit that a request must keep, in the order that costs least: what the edge asks."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from starlette.types import Scope

from pcf_gateway.auth.principal import Principal
from pcf_gateway.limits.failures import Failures, client_address
from pcf_gateway.limits.fields import Standing
from pcf_gateway.limits.lease import Lease
from pcf_gateway.limits.places import Full, Places
from pcf_gateway.limits.rates import Caller, Rates, Spent
from pcf_gateway.limits.refusals import LimitRefusals
from pcf_gateway.limits.rules import Rules
from pcf_gateway.problems.refusal import Refusal

__all__ = ["LIMITED_BY", "STANDING", "Gate", "Visit"]

STANDING: Final = "pcf.standing"
"""Where in an ASGI scope a caller's `Standing` is."""
LIMITED_BY: Final = "pcf.limit"
"""Where in an ASGI scope the limit is named that refused the request."""
_BUILDS: Final = "/v1/builds"
_LOG: Final = "/v1/audit/log"
_NOT_A_STREAM: Final = "/v1/audit/events"


@dataclass(slots=True)
class Visit:
    """A request that was let in; it has to leave."""

    places: Places
    tenant: str
    quota: Lease | None
    quota_ends_s: float = 0.0

    def leave(self, *, started_build: bool) -> None:
        """A build that was not started does not count, unless its day is over anyway."""
        self.places.leave(self.tenant)
        if self.quota is not None and not started_build and self.quota.ends_s == self.quota_ends_s:
            self.quota.unspent += 1


class Gate:
    """Without rates, callers are not known: then only the sums are bounded."""

    def __init__(
        self,
        *,
        rates: Rates | None,
        requests: Places,
        streams: Places,
        failures: Failures,
        refusals: LimitRefusals,
        proxies: int,
        elapsed_s: Callable[[], float],
    ) -> None:
        self._rates = rates
        self._requests = requests
        self._streams = streams
        self._failures = failures
        self._refusals = refusals
        self._proxies = proxies
        self._elapsed_s = elapsed_s

    def check_address(self, scope: Scope, headers: Mapping[bytes, bytes]) -> None:
        """Refuse to look at a credential of an address that has guessed too often."""
        # Reading an address costs more than all else here.
        if not self._failures.any:
            return
        wait_s = self._failures.wait_s(client_address(scope, headers, proxies=self._proxies))
        if wait_s:
            raise self._limited(scope, self._refusals.failures(wait_s))

    def note_failure(self, scope: Scope, headers: Mapping[bytes, bytes]) -> None:
        """Count a credential that did not work."""
        self._failures.note(client_address(scope, headers, proxies=self._proxies))

    async def admit(self, scope: Scope, principal: Principal) -> Visit:
        """Let the request in, or raise the Refusal."""
        try:
            return await self._admit(scope, principal)
        except Spent as spent:
            scope[STANDING].spent = spent.lease
            raise self._limited(scope, self._refusals.spent(spent)) from None
        except Full as full:
            raise self._limited(scope, self._refusals.full(full)) from None

    def fields(self, scope: Scope) -> list[tuple[bytes, bytes]]:
        """The headers that tell a known caller how it stands."""
        standing: Standing | None = scope.get(STANDING)
        return [] if standing is None else standing.fields(self._elapsed_s())

    async def _admit(self, scope: Scope, principal: Principal) -> Visit:
        method, path, tenant = scope["method"], scope["path"], principal.tenant
        places = self._streams if method == "GET" and _is_stream(path) else self._requests
        if self._rates is None:
            return _enter(places, tenant, None, None)
        caller = self._rates.caller(tenant, principal.actor)
        scope[STANDING] = Standing(caller)
        await self._rates.take(caller.leases)
        if method == "POST" and path == _BUILDS and caller.quota:
            return await self._admit_build(places, tenant, caller)
        return _enter(places, tenant, caller.rules, None)

    async def _admit_build(self, places: Places, tenant: str, caller: Caller) -> Visit:
        assert self._rates is not None  # noqa: S101 - the caller is one of them
        await self._rates.take(caller.quota)
        (quota,) = caller.quota
        try:
            return _enter(places, tenant, caller.rules, quota)
        except Full:
            quota.unspent += 1
            raise

    def _limited(self, scope: Scope, refusal: Refusal) -> Refusal:
        scope[LIMITED_BY] = refusal.details["limit"]
        return refusal


def _enter(places: Places, tenant: str, rules: Rules | None, quota: Lease | None) -> Visit:
    places.enter(tenant, rules)
    return Visit(places, tenant, quota, quota.ends_s if quota else 0.0)


def _is_stream(path: str) -> bool:
    """Event streams and downloads: they may go on for minutes, and count as one request each."""
    if path.endswith("/events"):
        return path != _NOT_A_STREAM
    return path == _LOG or "/artifacts/" in path
