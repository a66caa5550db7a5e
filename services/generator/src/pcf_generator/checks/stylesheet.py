"""Facts about a style sheet, read with a CSS parser."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

import tinycss2

_TIME = re.compile(r"(?<![\w.])(\d+(?:\.\d+)?)(ms|s)\b")


def facts(source: str, *, scope: str) -> Mapping[str, object]:
    """The variables a code rule sees as `css`; `scope` is the selector every rule must begin with."""
    rules = tinycss2.parse_stylesheet(source, skip_comments=True, skip_whitespace=True)
    selectors = [selector for rule in _style_rules(rules) for selector in _selectors(rule)]
    text = tinycss2.serialize(rules)
    return {
        "parses": not any(rule.type == "error" for rule in rules),
        "unscoped": sorted({selector for selector in selectors if not selector.startswith(scope)}),
        "focusVisible": any(":focus" in selector for selector in selectors),
        "forcedColors": "forced-colors" in text,
        "reducedMotion": "prefers-reduced-motion" in text,
        "moves": "transition" in text or "animation" in text,
        "longestMotionMs": max((_milliseconds(*found) for found in _TIME.findall(_declared(text))), default=0.0),
        "urls": sorted(set(re.findall(r"url\(([^)]*)\)", text))),
        "imports": "@import" in text,
        "fonts": "@font-face" in text,
        "physicalSides": sorted(
            set(re.findall(r"(?<![\w-])((?:margin|padding|border)-(?:left|right)|left|right)\s*:", text))
        ),
    }


def _style_rules(rules: Any) -> Iterator[Any]:
    """Every style rule, also those inside @media and @supports."""
    for rule in rules:
        if rule.type == "qualified-rule":
            yield rule
        elif rule.type == "at-rule" and rule.content is not None and rule.lower_at_keyword in {"media", "supports"}:
            yield from _style_rules(tinycss2.parse_rule_list(rule.content, skip_comments=True, skip_whitespace=True))


def _selectors(rule: Any) -> list[str]:
    """The selectors of a rule; a comma inside :is() separates nothing."""
    parts: list[list[Any]] = [[]]
    for token in rule.prelude:
        if token.type == "literal" and token.value == ",":
            parts.append([])
        else:
            parts[-1].append(token)
    return [tinycss2.serialize(part).strip() for part in parts]


def _declared(text: str) -> str:
    return " ".join(re.findall(r"(?:transition|animation)[\w-]*\s*:([^;}]*)", text))


def _milliseconds(number: str, unit: str) -> float:
    return float(number) * (1000 if unit == "s" else 1)
