"""Whether a value fits a parameter of capability.yaml."""

import re
from collections.abc import Mapping
from typing import Any

_COLOUR = re.compile(r"#[0-9A-Fa-f]{6}")
_CLASSES: dict[str, type | tuple[type, ...]] = {
    "integer": int,
    "number": (int, float),
    "boolean": bool,
    "text": str,
    "choice": str,
    "colour": str,
}


def misfit(parameter: Mapping[str, Any], value: Any) -> str:
    """Say why the value does not fit; empty if it does."""
    kind = parameter["type"]
    # In Python true is a number; in our files it is not.
    if not isinstance(value, _CLASSES[kind]) or (isinstance(value, bool) and kind != "boolean"):
        return f"must be of type {kind}"
    return _limit_broken(parameter, value)


def _limit_broken(parameter: Mapping[str, Any], value: Any) -> str:
    if "minimum" in parameter and not parameter["minimum"] <= value <= parameter["maximum"]:
        return f"must be from {parameter['minimum']} to {parameter['maximum']}"
    if "choices" in parameter and value not in parameter["choices"]:
        return f"must be one of {', '.join(parameter['choices'])}"
    if "maxLength" in parameter and len(value) > parameter["maxLength"]:
        return f"must have at most {parameter['maxLength']} characters"
    if parameter["type"] == "colour" and not _COLOUR.fullmatch(value):
        return "must be a colour such as #8A6100"
    return ""
