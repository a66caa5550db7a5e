"""What is wrong with a manifest."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ManifestFault:
    """One thing to put right; `rule` is a stable kebab-case name, `message` says where and what.

    `stricter` marks what Microsoft's manifest validator lets pass.
    """

    rule: str
    message: str
    stricter: bool = True
