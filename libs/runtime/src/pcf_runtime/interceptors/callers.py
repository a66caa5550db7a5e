"""Lets in who may call an rpc: each has its list of services, told by the certificate of the caller."""

from collections.abc import Collection, Mapping
from typing import Final

from pcf_runtime.errors import PermissionDenied
from pcf_runtime.interceptors.layers import Call, Layer, Proceed
from pcf_runtime.tls.identity import Identity

__all__ = ["Allowed", "IncompleteCallersError", "callers", "judge_callers"]

Allowed = Mapping[str, Collection[str]]
"""Services that may call, by rpc: `pcf.audit.v1.AuditService/GetEvent`."""
# Set by gRPC's core when a certificate that was verified holds one SPIFFE id, and no other URI.
_SPIFFE_ID: Final = "peer_spiffe_id"


class IncompleteCallersError(Exception):
    """A table of callers and the contract name different rpcs."""


def judge_callers(allowed: Allowed, *, rpcs: Collection[str]) -> None:
    """IncompleteCallersError unless every rpc has its list, and nothing else has one."""
    if different := set(rpcs) ^ set(allowed):
        raise IncompleteCallersError(f"The callers of these are not told, or there are none such: {sorted(different)}")


def callers(allowed: Allowed, *, trust_domain: str) -> Layer:
    """Refuses whoever is not on the list of the rpc."""
    lists = {rpc: frozenset(Identity(trust_domain, name).uri for name in names) for rpc, names in allowed.items()}

    async def layer(call: Call, proceed: Proceed) -> None:
        if _caller(call) not in lists[call.rpc]:
            raise PermissionDenied("CALLER_NOT_ALLOWED", "The service that calls may not call this.")
        await proceed()

    return layer


def _caller(call: Call) -> str:
    """Who calls, or an empty text, which is on no list."""
    told = list(call.context.auth_context().get(_SPIFFE_ID, ()))
    return told[0].decode() if len(told) == 1 else ""
