"""Plain YAML values (`5`, `true`, `blue`), read so that every YAML reader agrees.

YAML 1.1 (PyYAML) and YAML 1.2 read some plain values differently: `on` is true or the text "on", `1e3` the
text "1e3" or 1000, `2024-01-01` a date or text. What depends on the reader is refused: quotes settle it.
"""

import math
import re

import yaml

Scalar = str | int | float | bool | None

_TAG = "tag:yaml.org,2002:"
_LONGEST_NUMBER = 40
_CORE = (
    ("null", re.compile(r"(?:~|null|Null|NULL)?")),
    ("bool", re.compile(r"true|True|TRUE|false|False|FALSE")),
    ("int", re.compile(r"[-+]?(?:0|[1-9][0-9]*)")),
    ("float", re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")),
)


class ScalarError(ValueError):
    """A plain value that readers would not agree on, or that is no number JSON knows."""


class ScalarReader:
    """Reads plain values."""

    def __init__(self) -> None:
        self._yaml_1_1 = yaml.resolver.Resolver()

    def read(self, text: str) -> Scalar:
        kind = _kind_in_1_2(text)
        older: str = self._yaml_1_1.resolve(yaml.ScalarNode, text, (True, False))  # type: ignore[no-untyped-call]
        if older != _TAG + kind:
            raise ScalarError(f"`{_clip(text)}` means different things to different YAML readers: quote it")
        if kind == "str":
            return text
        return _construct(kind, text)


def _kind_in_1_2(text: str) -> str:
    return next((kind for kind, form in _CORE if form.fullmatch(text)), "str")


def _construct(kind: str, text: str) -> Scalar:
    if kind == "null":
        return None
    if kind == "bool":
        return text.lower() == "true"
    if len(text) > _LONGEST_NUMBER:
        raise ScalarError(f"`{_clip(text)}` is too long for a number")
    if kind == "int":
        return int(text)
    number = float(text)
    if not math.isfinite(number):
        raise ScalarError(f"`{_clip(text)}` is no finite number")
    return number


def _clip(text: str) -> str:
    return text if len(text) <= _LONGEST_NUMBER else text[:_LONGEST_NUMBER] + "…"
