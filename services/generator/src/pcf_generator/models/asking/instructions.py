"""Puts the release's data into a prompt file, strictly: what it asks for is given, and what is given is asked for.

Only data of the brain come in here. What a maker wrote is never part of the instructions.
"""

import json
import re
from collections.abc import Mapping

from pcf_generator.ports.knowledge import BrainFileFault, PromptFile

_PLACE = re.compile(r"\{\{\s*([^{}]*?)\s*\}\}")


def render(prompt: PromptFile, values: Mapping[str, object]) -> str:
    """The instructions; BrainFileFault when the file and the values do not fit together."""
    asked = set(_PLACE.findall(prompt.instructions))
    if asked != values.keys():
        missing, unused = sorted(asked - values.keys()), sorted(values.keys() - asked)
        raise BrainFileFault(f"{prompt.path}: unknown names {missing}, names not used {unused}")
    return _PLACE.sub(lambda place: _written(values[place[1]]), prompt.instructions)


def _written(value: object) -> str:
    """JSON, one line for each entry of a list."""
    if isinstance(value, list):
        return "\n".join(_written(entry) for entry in value)
    return json.dumps(value, ensure_ascii=False, allow_nan=False)
