"""The tasks of the pipeline and the files each of them needs, in the order they should be read."""

from collections.abc import Collection, Iterator
from enum import StrEnum
from fnmatch import fnmatchcase

DEFAULT_LANGUAGE = "en"


class Task(StrEnum):
    """What the pipeline may ask files for."""

    INTERPRET_INTENT = "INTERPRET_INTENT"
    MATCH_CAPABILITY = "MATCH_CAPABILITY"
    GENERATE_SPEC = "GENERATE_SPEC"
    VALIDATE_RULES = "VALIDATE_RULES"
    VALIDATE_FINAL = "VALIDATE_FINAL"
    RENDER_PROJECT = "RENDER_PROJECT"
    RENDER_CONTROL = "RENDER_CONTROL"
    RENDER_STRINGS = "RENDER_STRINGS"
    VALIDATE_CODE = "VALIDATE_CODE"
    ASK_INTENT = "ASK_INTENT"
    ASK_SPEC = "ASK_SPEC"

    @property
    def uses_capability(self) -> bool:
        return self in _ABOUT_CAPABILITY

    @property
    def requires_capability(self) -> bool:
        """Whether the task makes no sense without one; matching may look at one, or only at the index."""
        return self.uses_capability and self is not Task.MATCH_CAPABILITY

    @property
    def uses_language(self) -> bool:
        return self in _ABOUT_LANGUAGE


def needs(task: Task, *, capability_id: str = "", language: str = DEFAULT_LANGUAGE) -> tuple[str, ...]:
    """Name the files of a task; a name with a star stands for every file it fits, at least one."""
    return tuple(
        pattern.replace(_CAPABILITY, capability_id).replace(_LANGUAGE, language)
        for pattern in _NEEDS[task]
        if capability_id or _CAPABILITY not in pattern
    )


def held(names: Collection[str], paths: Collection[str]) -> Iterator[str]:
    """Find the paths that names of `needs` stand for, in the order of the names."""
    for name in names:
        if "*" in name:
            yield from sorted(path for path in paths if fnmatchcase(path, name))
        elif name in paths:
            yield name


_CAPABILITY = "{capability}"
_LANGUAGE = "{language}"

_NEEDS = {
    Task.INTERPRET_INTENT: (
        "intent/mapping.yaml",
        "intent/ambiguity.yaml",
        "intent/lexicon/{language}.yaml",
        "derived/kinds.{language}.json",
    ),
    Task.MATCH_CAPABILITY: ("derived/kinds.{language}.json", "capabilities/{capability}/capability.yaml"),
    Task.GENERATE_SPEC: ("schemas/component-spec.schema.json", "capabilities/{capability}/capability.yaml"),
    Task.VALIDATE_RULES: ("derived/rules.specification.json",),
    Task.VALIDATE_FINAL: ("schemas/component-spec.schema.json", "capabilities/{capability}/capability.yaml"),
    Task.RENDER_PROJECT: ("templates/*",),
    Task.RENDER_CONTROL: ("capabilities/{capability}/index.ts.j2", "capabilities/{capability}/styles.css.j2"),
    Task.RENDER_STRINGS: ("capabilities/{capability}/strings/*.yaml",),
    Task.VALIDATE_CODE: ("derived/rules.code.json",),
    Task.ASK_INTENT: ("prompts/interpret-intent.md", "schemas/intent-answer.schema.json"),
    Task.ASK_SPEC: ("prompts/generate-spec.md", "schemas/spec-answer.schema.json"),
}
_ABOUT_CAPABILITY = frozenset(task for task, names in _NEEDS.items() if any(_CAPABILITY in name for name in names))
_ABOUT_LANGUAGE = frozenset(task for task, names in _NEEDS.items() if any(_LANGUAGE in name for name in names))
