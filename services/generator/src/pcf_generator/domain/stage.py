"""The seven stages, under the names the product's errors have always used."""

from enum import StrEnum


class Stage(StrEnum):
    """A step of the pipeline; members stand in the order they run."""

    INTERPRET = "intent-interpretation"
    MATCH = "capability-matching"
    SPECIFY = "specification-generation"
    VALIDATE = "rules-validation"
    APPROVE = "final-validation"
    GENERATE = "code-generation"
    PACKAGE = "packaging"

    @property
    def number(self) -> int:
        """Position, 1 to 7."""
        return _NUMBERS[self]


_NUMBERS = {stage: number for number, stage in enumerate(Stage, start=1)}
