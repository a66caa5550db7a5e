"""Whoever sends a request, once that is known."""

from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Final

from starlette.types import Scope as AsgiScope

from pcf_gateway.auth.scopes import SCOPE_BY_OPERATION, SCOPES, Scope
from pcf_gateway.problems.refusal import Refusal

__all__ = ["EVERYBODY", "PRINCIPAL", "Principal", "authorise"]

PRINCIPAL: Final = "pcf.principal"
"""Where in an ASGI scope it stands."""
_OPERATORS: Final = "default"


@dataclass(frozen=True, slots=True)
class Principal:
    """A caller, whose data it sees, and what it may do."""

    actor: str
    tenant: str
    scopes: AbstractSet[Scope]

    @property
    def of_all_tenants(self) -> bool:
        """Whether it reads everybody's audit events: the operators' tenant is `default`."""
        return self.tenant == _OPERATORS and "admin" in self.scopes


EVERYBODY: Final = Principal("anonymous", "default", frozenset(SCOPES))
"""While authentication is off."""


def authorise(scope: AsgiScope, operation: str) -> None:
    """Refuse the request unless its caller may do that; a request whose caller nobody looked at may do nothing."""
    needed = SCOPE_BY_OPERATION[operation]
    if needed is None:
        return
    principal: Principal | None = scope.get(PRINCIPAL)
    if principal is None or needed not in principal.scopes:
        raise Refusal(
            "SCOPE_MISSING",
            f"This needs the scope {needed}.",
            details={"scope": needed},
            headers={"WWW-Authenticate": f'Bearer error="insufficient_scope", scope="{needed}"'},
        )
