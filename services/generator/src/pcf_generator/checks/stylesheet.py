"""Facts about a style sheet, read with a CSS parser."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

import tinycss2

_TIME = re.compile(r"(?<![\w.])(\d*\.?\d+)(ms|s)\b", re.IGNORECASE)
_LOADS = re.compile(r"(?:url|src|image-set)\(([^)]*)\)", re.IGNORECASE)
_GROUPS = frozenset({"container", "layer", "media", "scope", "starting-style", "supports"})


def facts(source: str, *, scope: str) -> Mapping[str, object]:
    """The variables a code rule sees as `css`; `scope` is the selector every rule must begin with."""
    parsed = tinycss2.parse_stylesheet(source, skip_comments=True, skip_whitespace=True)
    rules = [rule for rule in parsed if rule.type != "error"]
    selectors = [selector for rule in _style_rules(rules) for selector in _selectors(rule)]
    text = tinycss2.serialize(rules)
    lower = text.lower()
    return {
        "parses": len(rules) == len(parsed),
        "unscoped": sorted({selector for selector in selectors if not _begins_with(selector, scope)}),
        "focusVisible": any(":focus" in selector for selector in selectors),
        "forcedColors": "forced-colors" in lower,
        "reducedMotion": "prefers-reduced-motion" in lower,
        "moves": "transition" in lower or "animation" in lower,
        "longestMotionMs": max((_milliseconds(*found) for found in _TIME.findall(_declared(lower))), default=0.0),
        "urls": sorted(set(_LOADS.findall(text))),
        "imports": "@import" in lower,
        "fonts": "@font-face" in lower,
        "physicalSides": sorted(
            set(re.findall(r"(?<![\w-])((?:margin|padding|border)-(?:left|right)|left|right)\s*:", text))
        ),
    }


def _style_rules(rules: Any) -> Iterator[Any]:
    """Every style rule, also those inside @media and the like."""
    for rule in rules:
        if rule.type == "qualified-rule":
            yield rule
        elif rule.type == "at-rule" and rule.content is not None and rule.lower_at_keyword in _GROUPS:
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


def _begins_with(selector: str, scope: str) -> bool:
    """Whether the selector's first class is the scope, and not one whose name only begins alike."""
    return selector.startswith(scope) and not re.match(r"[-\w\\]", selector[len(scope) : len(scope) + 1])


def _declared(text: str) -> str:
    return " ".join(re.findall(r"(?:transition|animation)[\w-]*\s*:([^;}]*)", text))


def _milliseconds(number: str, unit: str) -> float:
    return float(number) * (1000 if unit == "s" else 1)
