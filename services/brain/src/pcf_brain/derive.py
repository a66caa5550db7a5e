"""Files the brain makes from others when it loads a release: slices of what a task needs, and no more.

They are listed in the manifest like every other file. Their bytes are canonical: same data, same bytes.
"""

import json
from typing import Any

from pcf_brain.checks.draft import Draft

_KIND_KEYS = ("id", "displayName", "description", "classification", "componentName", "purposes", "tags")
_JUDGED = ("specification", "code")


def derive(draft: Draft) -> dict[str, bytes]:
    """Make the derived files, by path, from the documents of sound shape."""
    kinds = [document.value for document in draft.matching("capabilities/*/capability.yaml")]
    rules = [rule for document in draft.matching("rules/*.yaml") for rule in document.value]
    files = {
        f"derived/kinds.{language}.json": [_kind(each, language) for each in kinds] for language in draft.languages
    }
    for judged in _JUDGED:
        files[f"derived/rules.{judged}.json"] = [rule for rule in rules if rule["judges"] == judged]
    return {path: _canonical(value) for path, value in files.items()}


def _kind(capability: dict[str, Any], language: str) -> dict[str, Any]:
    words = capability["words"].get(language, {})
    return {
        **{key: capability[key] for key in _KIND_KEYS},
        "words": {"strong": words.get("strong", []), "weak": words.get("weak", [])},
    }


def _canonical(value: Any) -> bytes:
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"), sort_keys=True)
    return text.encode()
