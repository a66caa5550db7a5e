"""Runs one build through the pipeline and stores how it ended.

One of the named places where every exception is caught: whatever a build does, it must end in a state.
"""

import asyncio
import logging
import time
from dataclasses import dataclass, replace
from typing import Protocol

from pcf_generator import pipeline
from pcf_generator.build_store import BuildStore, Change, Lease
from pcf_generator.domain.build import Build, BuildState, EventType, NewEvent, Result
from pcf_generator.domain.judgement import Package
from pcf_generator.domain.refusal import Clarification, PipelineStop, Problem, Question, Refusal
from pcf_generator.domain.stage import Stage
from pcf_generator.domain.trail import Outcome, TrailEntry
from pcf_generator.faults import claimed_too_often, problem_of
from pcf_generator.journal import LeasedJournal
from pcf_generator.ports import Brain, Brief, Clock, Knowledge, KnowledgeUnavailable, LeaseLost
from pcf_generator.step import StageObserver, Step

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class BuildLimits:
    """How long things may take, in seconds, and how often a build may be claimed."""

    stage_s: float = 30.0
    build_s: float = 120.0
    max_claims: int = 3
    knowledge_retry_s: float = 1.0


class BuildObserver(StageObserver, Protocol):
    """Is told how stages and builds end: metrics."""

    def build_settled(self, state: BuildState) -> None:
        """A build succeeded, failed or asks."""


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
    ) -> None:
        self._store = store
        self._brain = brain
        self._kit = kit
        self._limits = limits
        self._clock = clock
        self._observer = observer

    async def run(self, lease: Lease) -> None:
        """Run the build until it settles; LeaseLost when another has it, CancelledError on a drain."""
        if lease.build.claims > self._limits.max_claims:
            await self._fail(lease, claimed_too_often(lease.build))
            return
        ends_at = time.monotonic() + self._limits.build_s
        while True:
            try:
                await self._attempt(lease, ends_at)
            except KnowledgeUnavailable as error:
                if time.monotonic() + self._limits.knowledge_retry_s > ends_at:
                    await self._fail(lease, problem_of(error, lease.build.stage or Stage.INTERPRET))
                    return
                log.warning("waiting for the brain")
                await asyncio.sleep(self._limits.knowledge_retry_s)
            else:
                return

    async def _attempt(self, lease: Lease, ends_at: float) -> None:
        build = lease.build
        pinned = build.brain_release
        stage = build.stage or Stage.INTERPRET
        step: Step | None = None
        try:
            knowledge = self._brain.at(pinned) if pinned else await self._brain.current()
            step = await self._step(lease, knowledge, ends_at)
            await self._succeed(lease, await pipeline.run(brief_of(build), self._kit, knowledge=knowledge, step=step))
        except PipelineStop as stop:
            await self._stop(lease, stop)
        except (LeaseLost, KnowledgeUnavailable):
            raise
        except Exception as error:
            stage = step.current if step else stage
            log.exception("build failed", extra={"pcf.stage": stage.value})
            await self._fail(lease, problem_of(error, stage))

    async def _step(self, lease: Lease, knowledge: Knowledge, ends_at: float) -> Step:
        journal = await LeasedJournal.begin(self._store, lease, release=knowledge.release)
        return Step(
            journal,
            knowledge,
            observer=self._observer,
            holds=self._holds,
            stage_limit_s=self._limits.stage_s,
            ends_at=ends_at,
        )

    async def _holds(self, result: object) -> bool:
        """A package counts only while its bytes are kept."""
        return not isinstance(result, Package) or await self._kit.artifacts.holds(result.source.sha256)

    async def _succeed(self, lease: Lease, result: Result) -> None:
        hashes = {artifact.kind: artifact.sha256 for artifact in result.artifacts}
        entry = TrailEntry("build.succeeded", details={"kind": result.capability_id, **hashes})
        event = NewEvent(EventType.SUCCEEDED, f"{result.component_name} is ready.", Stage.PACKAGE)
        await self._settle(lease, lambda build: self._end(build, BuildState.SUCCEEDED, result=result), event, entry)

    async def _stop(self, lease: Lease, stop: PipelineStop) -> None:
        if isinstance(stop, Clarification):
            await self._ask(lease, stop.question)
        elif isinstance(stop, Refusal):
            await self._fail(lease, stop.problem, outcome=Outcome.REFUSED)

    async def _ask(self, lease: Lease, question: Question) -> None:
        def ask(build: Build) -> Build:
            return replace(build, state=BuildState.NEEDS_INPUT, question=question)

        entry = TrailEntry("build.asked", details={"question": question.question_id, "code": question.code})
        await self._settle(lease, ask, NewEvent(EventType.NEEDS_INPUT, question.text), entry)

    async def _fail(self, lease: Lease, problem: Problem, *, outcome: Outcome = Outcome.FAILED) -> None:
        details = {"code": problem.code, "stage": problem.stage.value, **problem.details}
        entry = TrailEntry("build.refused" if outcome is Outcome.REFUSED else "build.failed", outcome, details)
        event = NewEvent(EventType.FAILED, problem.user_message, problem.stage)
        await self._settle(lease, lambda build: self._end(build, BuildState.FAILED, problem=problem), event, entry)

    def _end(
        self, build: Build, state: BuildState, *, result: Result | None = None, problem: Problem | None = None
    ) -> Build:
        stage = problem.stage if problem else build.stage
        return replace(
            build,
            state=state,
            stage=stage,
            result=result,
            problem=problem,
            question=None,
            end_time=self._clock(),
        )

    async def _settle(self, lease: Lease, change: Change, event: NewEvent, entry: TrailEntry) -> None:
        settled = await self._store.settle(lease, change, event=event, trail=(entry,))
        self._observer.build_settled(settled.state)


def brief_of(build: Build) -> Brief:
    """What the maker gave, with the defaults in place."""
    return Brief(
        prompt=build.prompt,
        language=build.options.language or "en",
        options=build.options,
        answers={answer.question_id: answer.choice_id for answer in build.answers},
    )
