"""What a rule or a limit had to say about a build."""

from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """How bad it is."""

    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


class Action(StrEnum):
    """What was done about it."""

    NOTED = "noted"
    FIXED = "fixed"
    DOWNGRADED = "downgraded"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True)
class Finding:
    """One remark; errors that no fix cured end the build, so a finished build carries none."""

    rule_id: str
    severity: Severity
    action: Action
    message: str
    suggestion: str = ""
