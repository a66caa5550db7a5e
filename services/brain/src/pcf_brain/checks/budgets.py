"""No task of the release can exceed its budget, for any kind and any language."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from pcf_brain.domain.budget import Budget, estimated_tokens
from pcf_brain.domain.problem import Problem
from pcf_brain.domain.release import FileEntry
from pcf_brain.domain.task import Task, held, needs


@dataclass(frozen=True, slots=True)
class Load:
    """What one task gets for one kind in one language."""

    task: Task
    capability_id: str
    """Empty where the task is not about one."""
    language: str
    """Empty where the task does not depend on it."""
    files: tuple[FileEntry, ...]

    @property
    def case(self) -> str:
        return " ".join(part for part in (self.task, self.capability_id, self.language) if part)

    @property
    def estimated_tokens(self) -> int:
        return estimated_tokens(self.files)


def loads(files: Mapping[str, FileEntry], *, capability_ids: list[str], languages: list[str]) -> Iterator[Load]:
    """Put together what every task gets, in every case there is."""
    for task in Task:
        for capability_id in capability_ids if task.uses_capability else [""]:
            for language in languages if task.uses_language else [""]:
                names = needs(task, capability_id=capability_id, language=language)
                entries = tuple(files[path] for path in held(names, files))
                yield Load(task, capability_id, language, entries)


def check(
    files: Mapping[str, FileEntry], *, capability_ids: list[str], languages: list[str], budget: Budget
) -> Iterator[Problem]:
    for load in loads(files, capability_ids=capability_ids, languages=languages):
        for excess in budget.excesses(load.files):
            blamed = max(load.files, key=lambda entry: (entry.estimated_tokens, entry.path))
            yield Problem(blamed.path, 0, f"task {load.case}: {excess}")
