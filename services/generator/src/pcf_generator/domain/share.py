"""What one tenant may have of the instances while others wait too."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

__all__ = ["EQUAL", "Share", "Shares"]


@dataclass(frozen=True, slots=True)
class Share:
    """One tenant's: `running` is the most of its builds that run at once, in all instances; None for as many as can.

    A tenant of weight 2 gets twice what one of weight 1 gets, as long as both have builds that wait.
    """

    weight: float = 1.0
    running: int | None = None

    def __post_init__(self) -> None:
        if not 0 < self.weight < float("inf") or (self.running is not None and self.running < 1):
            raise ValueError(f"no tenant can have {self}")


@dataclass(frozen=True, slots=True)
class Shares:
    """Everybody's: the usual one, and those of tenants that have their own."""

    usual: Share = Share()
    tenants: Mapping[str, Share] = field(default_factory=dict)

    def of(self, tenant: str) -> Share:
        """One tenant's."""
        return self.tenants.get(tenant, self.usual)

    @property
    def limited(self) -> bool:
        """Whether the number of running builds is limited for anybody."""
        return any(share.running is not None for share in (self.usual, *self.tenants.values()))


EQUAL: Final = Shares()
"""Nobody has more or less than anybody."""
