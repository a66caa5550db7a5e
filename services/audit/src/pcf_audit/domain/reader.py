"""Whose events a caller may read. What others may not read is, for them, as if it were not there."""

from dataclasses import dataclass, replace

from pcf_audit.domain.selection import Filter

__all__ = ["Reader"]


@dataclass(frozen=True, slots=True)
class Reader:
    """One tenant's events, or everybody's."""

    tenant: str
    all_tenants: bool = False

    def may_read(self, tenant: str) -> bool:
        """Whether an event of this tenant is there for the reader."""
        return self.all_tenants or tenant == self.tenant

    def narrowed(self, filter_: Filter) -> Filter | None:
        """The filter on what the reader may read; None where nothing of that is left."""
        if self.all_tenants:
            return filter_
        return replace(filter_, tenant=self.tenant) if filter_.tenant in {"", self.tenant} else None
