"""Every file that must be there is there, under a name that can be served."""

import re
from collections.abc import Iterator

from pcf_brain.checks.draft import (
    Draft,
    capability_path,
    examples_path,
    reference_strings_path,
)
from pcf_brain.domain.paths import RULE, is_path
from pcf_brain.domain.problem import Problem
from pcf_brain.domain.task import DEFAULT_LANGUAGE, Task, held, needs

_CAPABILITY_ID = re.compile(r"[a-z][a-z0-9-]{0,62}")
_LANGUAGE = re.compile(r"[a-z]{2,3}")
_DERIVED = "derived/"


def check(draft: Draft) -> Iterator[Problem]:
    yield from _names(draft)
    if "release.yaml" not in draft.paths:
        yield Problem("release.yaml", 0, "is missing")
    if not draft.capability_ids:
        yield Problem("capabilities", 0, "holds no kind of control")
    for path, reason in sorted(_required(draft).items()):
        if not any(held([path], draft.paths)):
            yield Problem(path, 0, f"is missing: {reason}")


def _names(draft: Draft) -> Iterator[Problem]:
    for path in draft.paths:
        if not is_path(path):
            yield Problem(path, 0, RULE)
        if path.startswith(_DERIVED):
            yield Problem(path, 0, "derived/ is the brain's own: its files are made when a release is loaded")
    for name in draft.capability_ids:
        if not _CAPABILITY_ID.fullmatch(name):
            yield Problem(f"capabilities/{name}", 0, "an id is lower-case letters, digits and `-`, 63 at most")
    for name in draft.languages:
        if not _LANGUAGE.fullmatch(name):
            yield Problem(f"intent/lexicon/{name}.yaml", 0, "a language is two or three lower-case letters")


def _required(draft: Draft) -> dict[str, str]:
    """Name each file that must exist, with the reason."""
    languages = {DEFAULT_LANGUAGE, *draft.languages}
    required = {
        path: f"task {task} reads it"
        for task in Task
        for capability_id in draft.capability_ids
        for language in languages
        for path in needs(task, capability_id=capability_id, language=language)
        if not path.startswith(_DERIVED)
    }
    required["rules/*.yaml"] = "there is no rule to judge by"
    for name in draft.capability_ids:
        required[capability_path(name)] = "it says what this kind is"
        required[reference_strings_path(name)] = "English is the reference of all texts"
        required[examples_path(name)] = "it says what this kind is expected to do"
    return required
