"""What a caller can be allowed, and which of it each operation needs. No scope contains another."""

from collections.abc import Mapping
from typing import Final, Literal, TypeAlias, get_args

__all__ = ["PUBLIC_PATHS", "SCOPES", "SCOPE_BY_OPERATION", "Scope"]

Scope: TypeAlias = Literal["builds:read", "builds:write", "audit:read", "usage:read", "admin"]
SCOPES: Final[tuple[Scope, ...]] = get_args(Scope)

SCOPE_BY_OPERATION: Final[Mapping[str, Scope | None]] = {
    "createBuild": "builds:write",
    "answerBuild": "builds:write",
    "cancelBuild": "builds:write",
    "resumeBuild": "builds:write",
    "getBuild": "builds:read",
    "listBuilds": "builds:read",
    "watchBuild": "builds:read",
    "downloadArtifact": "builds:read",
    "describeArtifact": "builds:read",
    "verifyFile": "builds:read",
    "listCapabilities": "builds:read",
    "getCapability": "builds:read",
    "getBrainRelease": "builds:read",
    "getUsage": "usage:read",
    "listAuditEvents": "audit:read",
    "getAuditEvent": "audit:read",
    "verifyAuditLog": "audit:read",
    "getAuditCheckpoint": "audit:read",
    "proveAuditInclusion": "audit:read",
    "proveAuditConsistency": "audit:read",
    "exportAuditLog": "audit:read",
    "createKey": "admin",
    "listKeys": "admin",
    "revokeKey": "admin",
    "rotateKey": "admin",
    "getMetrics": "admin",
    "getHealth": None,
    "getReadiness": None,
}
"""None: anybody may. An operation that is not here cannot be added to the application at all."""

PUBLIC_PATHS: Final = frozenset(
    {
        "/",
        "/docs",
        "/healthz",
        "/openapi.json",
        "/readyz",
        "/web/docs.js",
        "/web/icon.svg",
        "/web/key.js",
        "/web/page.css",
        "/web/page.js",
        "/web/verify.js",
    }
)
"""Exactly these are answered without looking at a credential; whatever else is asked for needs one, there or not."""
