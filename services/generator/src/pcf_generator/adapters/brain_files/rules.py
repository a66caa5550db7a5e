"""Reads a derived file of rules."""

from pcf_generator.adapters.brain_files.document import expression, parse
from pcf_generator.domain.finding import Severity
from pcf_generator.domain.rule import Category, Rule
from pcf_generator.ports import BrainFileFault


def rules(path: str, text: str) -> tuple[Rule, ...]:
    """Read the rules, in file order."""
    try:
        return tuple(
            Rule(
                id=entry["id"],
                severity=Severity(entry["severity"]),
                category=Category(entry["category"]),
                condition=expression(entry["condition"]),
                message=entry["message"],
                suggestion=entry["suggestion"],
                fix=entry.get("fix", ""),
                details=expression(entry["details"]) if "details" in entry else None,
            )
            for entry in parse(path, text)
        )
    except (KeyError, TypeError, ValueError) as error:
        raise BrainFileFault(f"{path}: {error!r}") from error
