"""Reads a derived file of rules."""

from pcf_generator.adapters.brain_files.document import expression, parse, reading
from pcf_generator.domain.finding import Severity
from pcf_generator.domain.rule import Category, Rule


def rules(path: str, text: str) -> tuple[Rule, ...]:
    """Read the rules, in file order."""
    with reading(path):
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
