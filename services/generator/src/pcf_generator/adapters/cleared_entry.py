"""What the audit log is told of builds that were deleted: how many rows of each kind, and of whom."""

from pcf_generator.clearing import Cleared, Scope
from pcf_generator.domain.trail import TrailEntry

__all__ = ["cleared_entry"]


def cleared_entry(scope: Scope, cleared: Cleared) -> TrailEntry:
    """An entry of the operators', for the tenant's own may be erased next."""
    details = {name: str(count) for name, count in cleared.counts() if count}
    if scope.tenant is not None:
        details["tenant"] = scope.tenant
    if scope.before is not None:
        details["before"] = scope.before.isoformat()
    return TrailEntry("builds.erased" if scope.erases else "builds.retired", details=details)
