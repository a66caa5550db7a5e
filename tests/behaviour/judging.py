"""What holds for every control in every state, whatever a scenario says."""

from collections.abc import Mapping
from difflib import unified_diff
from typing import Any

from tests.behaviour.stage import Stage


def disorder(stage: Stage) -> list[str]:
    """Errors, warnings, requests and misuse so far."""
    return [*stage.incidents, *(f"misuse: {each}" for each in stage.misuse)]


def barriers(stage: Stage) -> list[str]:
    """What axe-core finds, and what does not fit into its place."""
    return [*stage.container.evaluate("Probe.barriers"), *stage.container.evaluate("Probe.misfits")]


def differences(one: Stage, other: Stage) -> list[str]:
    """Lines in which two documents differ."""
    return list(unified_diff(one.document, other.document, "ours", "Microsoft's", lineterm="", n=2))


def leftovers(leaks: Mapping[str, Any]) -> list[str]:
    """What a control forgot to put away."""
    return [f"left after destroy: {what}: {left}" for what, left in leaks.items() if left]
