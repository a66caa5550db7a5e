"""Which files a task gets: those it needs and no others, within its budget."""

from dataclasses import dataclass

from pcf_runtime.errors import InvalidArgument, NotFound, ResourceExhausted, Violation

from pcf_brain.domain.budget import Budget, estimated_tokens
from pcf_brain.domain.release import FileEntry, Release
from pcf_brain.domain.task import DEFAULT_LANGUAGE, Task, held, needs


@dataclass(frozen=True, slots=True)
class Question:
    """What a caller asks files for. What the task does not depend on is empty, so equal means same answer."""

    task: Task
    capability_id: str = ""
    language: str = ""


@dataclass(frozen=True, slots=True)
class Route:
    """What the task gets."""

    files: tuple[FileEntry, ...]
    """In the order they should be read."""
    estimated_tokens: int
    token_budget: int
    warnings: tuple[str, ...]


def question(task: Task, *, capability_id: str, language: str) -> Question:
    return Question(
        task,
        capability_id if task.uses_capability else "",
        (language or DEFAULT_LANGUAGE) if task.uses_language else "",
    )


def route(release: Release, asked: Question, *, budget: Budget) -> Route:
    """Choose the files. What a checked release holds always fits; that it does is checked here again."""
    _check_capability(release, asked)
    _check_language(release, asked)
    names = needs(asked.task, capability_id=asked.capability_id, language=asked.language)
    files = tuple(release.files[path] for path in held(names, release.files))
    excesses = budget.excesses(files)
    if excesses:
        raise ResourceExhausted(
            "BUDGET_EXCEEDED",
            f"Task {asked.task} of {release.name}: {excesses[0]}.",
            metadata={"task": asked.task.value, "release": release.name},
        )
    return Route(files, estimated_tokens(files), budget.tokens, tuple(budget.warnings(files)))


def capability_not_found(release: Release, capability_id: str) -> NotFound:
    known = ", ".join(release.capabilities)
    return NotFound(
        "CAPABILITY_NOT_FOUND",
        f"There is no kind of control `{capability_id}`; there are: {known}.",
        metadata={"capability_id": capability_id},
    )


def _check_capability(release: Release, asked: Question) -> None:
    if asked.capability_id:
        if asked.capability_id not in release.capabilities:
            raise capability_not_found(release, asked.capability_id)
    elif asked.task.requires_capability:
        raise InvalidArgument(
            "CAPABILITY_REQUIRED",
            f"Task {asked.task} is about one kind of control: say which.",
            violations=[Violation("capability_id", f"must be set for task {asked.task}")],
        )


def _check_language(release: Release, asked: Question) -> None:
    if asked.language and asked.language not in release.languages:
        known = ", ".join(sorted(release.languages))
        raise NotFound(
            "LANGUAGE_NOT_FOUND",
            f"Prompts in `{asked.language}` are not understood; languages: {known}.",
            metadata={"language": asked.language},
        )
