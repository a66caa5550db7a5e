"""Who may queue how much, in tests that are about something else."""

from dataclasses import dataclass, field

from pcf_generator.admission import Admission
from pcf_generator.pace import Pace


@dataclass
class Refusals:
    """Implements `RefusalObserver`."""

    of_tenant: list[bool] = field(default_factory=list)

    def build_refused(self, *, of_tenant: bool) -> None:
        self.of_tenant.append(of_tenant)


def letting_in(most: int, *, of_tenant: int | None = None) -> Admission:
    """So many builds, and of each tenant so many, at a pace where time stands still."""
    return Admission(most, lambda _: of_tenant, Pace(clock=lambda: 0.0), Refusals())
