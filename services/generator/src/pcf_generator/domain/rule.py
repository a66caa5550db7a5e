"""A rule of the brain: a condition that must hold, and what to do when it does not."""

from dataclasses import dataclass
from enum import StrEnum

from pcf_generator.domain.capability import Expression
from pcf_generator.domain.finding import Severity


class Category(StrEnum):
    """What a rule is about."""

    CORE = "core"
    PERFORMANCE = "performance"
    ACCESSIBILITY = "accessibility"
    SECURITY = "security"

    @property
    def code(self) -> str:
        """The error code of a build that such a rule refuses."""
        return {
            Category.CORE: "PCF-VAL-001",
            Category.PERFORMANCE: "PCF-VAL-002",
            Category.ACCESSIBILITY: "PCF-VAL-003",
            Category.SECURITY: "PCF-VAL-004",
        }[self]


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule. `condition` is true when all is well; `fix` names an automatic fix, or is empty."""

    id: str
    severity: Severity
    category: Category
    condition: Expression
    message: str
    suggestion: str
    fix: str = ""
    details: Expression | None = None
    """Gives a list of texts: what exactly was found."""
