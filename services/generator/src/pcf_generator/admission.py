"""Who may queue how much, and what those are told who may not."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from pcf_generator.build_store import QueueFull, TenantQueueFull
from pcf_generator.pace import Pace

__all__ = ["Admission", "RefusalObserver"]


class RefusalObserver(Protocol):
    """Is told how often no build was let in."""

    def build_refused(self, *, of_tenant: bool) -> None:
        """The queue was full: of the tenant's builds, or of all."""


@dataclass(frozen=True, slots=True)
class Admission:
    """How many builds may wait: of all tenants, and of each."""

    queue_limit: int
    limit_of: Callable[[str], int | None]
    pace: Pace
    observer: RefusalObserver

    def refused(self, full: QueueFull, tenant: str) -> None:
        """Say in the refusal when there may be room again, and count it."""
        of_tenant = isinstance(full, TenantQueueFull)
        full.retry_after_s = self.pace.retry_after_s(full.waiting, tenant=tenant if of_tenant else None)
        self.observer.build_refused(of_tenant=of_tenant)
