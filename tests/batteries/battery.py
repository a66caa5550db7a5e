"""The two lists, whole where PCF_WHOLE_BATTERIES is set (`make test-batteries`), else a sample from SEED."""

import json
import os
import random
import secrets
from collections.abc import Mapping
from pathlib import Path

__all__ = ["SEED", "json_bodies", "naughty_strings"]

_LISTS = Path(__file__).parent / "lists"
_WHOLE = bool(os.environ.get("PCF_WHOLE_BATTERIES"))
_NOT_UTF_8 = b"\xff"
SEED = int(os.environ.get("SEED") or secrets.randbelow(10**9))
"""Of the samples; tests say it when they fail."""


def naughty_strings(sample: int) -> list[str]:
    """All strings, or so many of them."""
    strings: list[str] = json.loads((_LISTS / "naughty_strings.json").read_text())
    return _some(strings, sample)


def json_bodies(sample: int) -> Mapping[str, bytes]:
    """All bodies by name, or so many; the first letter says what a parser does: y takes it, n refuses it, i either."""
    bodies: dict[str, str | dict[str, object]] = json.loads((_LISTS / "json_bodies.json").read_text())
    return {name: _bytes(bodies[name]) for name in _some(sorted(bodies), sample)}


def _some(items: list[str], count: int) -> list[str]:
    return items if _WHOLE else random.Random(SEED).sample(items, count)


def _bytes(body: str | dict[str, object]) -> bytes:
    if isinstance(body, dict):
        return str(body["repeat"]).encode() * int(str(body["times"]))
    return body.encode().replace("\N{REPLACEMENT CHARACTER}".encode(), _NOT_UTF_8)
