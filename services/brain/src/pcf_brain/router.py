"""Answers what files a task gets, contents included; an answer that came from the cache is kept whole.

A release never changes, so such an answer holds for as long as the release is kept, and goes with it.
"""

from dataclasses import dataclass
from weakref import WeakKeyDictionary

from pcf_brain.domain.budget import Budget
from pcf_brain.loader import LoadedRelease
from pcf_brain.metrics import BrainMetrics
from pcf_brain.routing import Question, Route, route
from pcf_brain.shelf import ServedFile, Shelf


@dataclass(frozen=True, slots=True, eq=False, weakref_slot=True)
class Answer:
    """The files of a task, with their contents."""

    release: str
    route: Route
    files: tuple[ServedFile, ...]


class Router:
    """Routes tasks."""

    def __init__(self, shelf: Shelf, *, metrics: BrainMetrics, budget: Budget | None = None) -> None:
        self._shelf = shelf
        self._metrics = metrics
        self._budget = budget or Budget()
        self._kept: WeakKeyDictionary[LoadedRelease, dict[Question, Answer]] = WeakKeyDictionary()

    async def answer(self, loaded: LoadedRelease, asked: Question) -> Answer:
        kept = self._kept.setdefault(loaded, {})
        answer = kept.get(asked)
        if answer is None:
            answer = await self._collect(loaded, asked)
            if all(file.cache_hit for file in answer.files):
                kept[asked] = answer
        else:
            self._metrics.found(len(answer.files))
        self._metrics.routed(asked.task)
        return answer

    async def _collect(self, loaded: LoadedRelease, asked: Question) -> Answer:
        chosen = route(loaded.release, asked, budget=self._budget)
        files = [await self._shelf.read(loaded, entry) for entry in chosen.files]
        return Answer(loaded.release.name, chosen, tuple(files))
