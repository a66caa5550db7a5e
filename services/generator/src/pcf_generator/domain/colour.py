"""Contrast of colours, as WCAG 2.2 defines it."""

from collections.abc import Sequence
from functools import lru_cache


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two #RRGGBB colours, 1 to 21; https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def worst_contrast(colour: str, backgrounds: Sequence[str]) -> tuple[float, str]:
    """The lowest ratio against any of the backgrounds, and that background."""
    return min((contrast(colour, background), background) for background in backgrounds)


@lru_cache(maxsize=512)
def nearest_passing(colour: str, backgrounds: tuple[str, ...], ratio: float) -> str:
    """The colour nearest in brightness, of the same hue, that reaches the ratio everywhere; empty if none does.

    Mixes the colour with black and with white in steps of 1 % and takes the smallest change.
    """
    for step in range(101):
        for target in (0, 255):
            mixed = _mix(colour, target, step / 100)
            if worst_contrast(mixed, backgrounds)[0] >= ratio:
                return mixed
    return ""


def _mix(colour: str, target: int, share: float) -> str:
    return "#" + "".join(f"{round(c + (target - c) * share):02X}" for c in _channels(colour))


def _luminance(colour: str) -> float:
    red, green, blue = (_linear(channel / 255) for channel in _channels(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4  # noqa: PLR2004 - the standard's


def _channels(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)
