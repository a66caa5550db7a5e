"""Runs one build through the pipeline and stores how it ended.

One of the named places where every exception is caught: whatever a build does, it must end in a state.
"""

import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Protocol

from pcf_generator import endings, pipeline
from pcf_generator.build_store import BuildStore, Lease, StoreUnavailable
from pcf_generator.domain.build import Build
from pcf_generator.domain.judgement import Package
from pcf_generator.domain.refusal import Clarification, PipelineStop, Refusal
from pcf_generator.domain.stage import Stage
from pcf_generator.domain.trail import Route
from pcf_generator.endings import Ending
from pcf_generator.endurance import Endurance
from pcf_generator.faults import claimed_too_often, problem_of
from pcf_generator.journal import LeasedJournal
from pcf_generator.patience import Patience
from pcf_generator.ports.journal import LeaseLost, ResultIndex
from pcf_generator.ports.knowledge import Brain, Knowledge
from pcf_generator.ports.model import Brief, Model
from pcf_generator.ports.outside import Clock
from pcf_generator.precedents import Precedent, Precedents
from pcf_generator.shared_results import NoIndex, SharedResults
from pcf_generator.step import StageObserver, Step

log = logging.getLogger(__name__)

ModelFor = Callable[[Build, float], Model]
"""The model for a build whose run ends, by the monotonic clock, at that time."""


@dataclass(frozen=True, slots=True)
class BuildLimits:
    """How long things may take, in seconds, and how often a build may be claimed."""

    stage_s: float = 30.0
    build_s: float = 120.0
    max_claims: int = 3
    retry_s: float = 1.0
    store_away_s: float = 30.0
    """How long a run sits out a store that is away."""


class BuildObserver(StageObserver, Protocol):
    """Is told how stages and builds end: metrics."""

    def build_settled(self, build: Build) -> None:
        """It succeeded, failed or asks."""


class Execution:
    """What running a build takes."""

    def __init__(
        self,
        store: BuildStore,
        brain: Brain,
        kit: pipeline.Kit,
        *,
        limits: BuildLimits,
        clock: Clock,
        observer: BuildObserver,
        index: ResultIndex | None = None,
        model_for: ModelFor | None = None,
    ) -> None:
        """`model_for` gives the kit's model as one build has it; without it, all have the same."""
        self._store = store
        self._brain = brain
        self._kit = kit
        self._limits = limits
        self._clock = clock
        self._observer = observer
        self._model_for = model_for
        self._endure = Endurance(limit_s=limits.store_away_s, retry_s=limits.retry_s)
        self._shared = SharedResults(store, index or NoIndex(), self._endure)
        self._precedents = Precedents(self._shared, kit)

    async def run(self, lease: Lease) -> None:
        """Run the build until it settles.

        LeaseLost when another has it, StoreUnavailable when nothing can be stored, CancelledError on a drain: the
        build has not settled then, and its next claim goes on from its checkpoints.
        """
        build = lease.build
        if build.claims > self._limits.max_claims:
            await self._settle(lease, endings.failed(claimed_too_often(build), now=self._clock()))
            return
        knowledge: Knowledge | None = None
        step: Step | None = None
        ends_at = time.monotonic() + self._limits.build_s
        patience = Patience(ends_at=ends_at, retry_s=self._limits.retry_s)
        try:
            knowledge = await patience(lambda: self._knowledge(build))
            if await patience(partial(self._followed, lease, knowledge.release)):
                return
            step = await self._step(lease, knowledge, ends_at)
            ending = await self._outcome(build, self._kit_for(build, ends_at), knowledge, step, patience)
        except (LeaseLost, StoreUnavailable):
            raise
        except Exception as error:
            stage = step.current if step else build.stage or Stage.INTERPRET
            log.exception("build failed", extra={"pcf.stage": stage.value})
            ending = endings.failed(problem_of(error, stage), now=self._clock())
        await self._settle(lease, ending, knowledge.routes() if knowledge else ())

    async def _knowledge(self, build: Build) -> Knowledge:
        """The release the build began with; the current one when it begins now."""
        return self._brain.at(build.brain_release) if build.brain_release else await self._brain.current()

    async def _followed(self, lease: Lease, release: str) -> bool:
        """Whether another build with the same brief has succeeded, so that this one ends as it did, at once."""
        began = time.monotonic()
        precedent = await self._precedents.find(brief_of(lease.build), release, tenant=lease.build.tenant)
        if precedent is None:
            return False
        ending = endings.succeeded(precedent.result, now=self._clock())
        stages = precedent.within(time.monotonic() - began)
        settled = await self._endure(
            lambda: self._store.settle_at_once(
                lease, release, stages, ending.change, event=ending.event, trail=[ending.entry]
            )
        )
        for done in stages:
            self._observer.stage_ended(done.stage, "recalled", done.duration_s)
        self._observer.build_settled(settled)
        return True

    async def _step(self, lease: Lease, knowledge: Knowledge, ends_at: float) -> Step:
        journal = await LeasedJournal.begin(
            self._store, lease, release=knowledge.release, shared=self._shared, endure=self._endure
        )
        return Step(
            journal,
            knowledge,
            observer=self._observer,
            holds=self._holds,
            stage_limit_s=self._limits.stage_s,
            ends_at=ends_at,
            tenant=lease.build.tenant,
        )

    async def _holds(self, result: object) -> bool:
        """A package counts only while its bytes are kept, and for a while to come."""
        if not isinstance(result, Package):
            return True
        return all([await self._kit.artifacts.lasts(artifact) for artifact in result.artifacts])

    def _kit_for(self, build: Build, ends_at: float) -> pipeline.Kit:
        return replace(self._kit, model=self._model_for(build, ends_at)) if self._model_for else self._kit

    async def _outcome(
        self, build: Build, kit: pipeline.Kit, knowledge: Knowledge, step: Step, patience: Patience
    ) -> Ending:
        brief = brief_of(build)
        try:
            result = await patience(lambda: pipeline.run(brief, kit, knowledge=knowledge, step=step))
        except PipelineStop as stop:
            return self._stopped(stop)
        if step.degraded:
            return endings.succeeded(result, now=self._clock())
        left = self._precedents.left(brief, knowledge.release, Precedent(step.passed, result), tenant=build.tenant)
        return endings.succeeded(result, now=self._clock(), shared=left)

    def _stopped(self, stop: PipelineStop) -> Ending:
        match stop:
            case Clarification():
                return endings.asked(stop.question)
            case Refusal():
                return endings.refused(stop.problem, now=self._clock())
            case _:
                raise stop

    async def _settle(self, lease: Lease, ending: Ending, routes: Sequence[Route] = ()) -> None:
        """Routing decisions of a stage that came to no result are told with the ending."""
        trail = (*(route.entry() for route in routes), ending.entry)
        settled = await self._endure(
            lambda: self._store.settle(lease, ending.change, event=ending.event, trail=trail, shared=ending.shared)
        )
        if ending.shared is not None:
            await self._shared.stored(ending.shared)
        self._observer.build_settled(settled)


def brief_of(build: Build) -> Brief:
    """What the maker gave, with the defaults in place."""
    return Brief(
        prompt=build.prompt,
        language=build.options.language or "en",
        options=build.options,
        answers={answer.question_id: answer.choice_id for answer in build.answers},
    )
