"""All that surrounds a stage: time limit, checkpoint and resume, progress event, audit trail, metrics."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any, ParamSpec, Protocol, TypeVar, get_type_hints

from pcf_runtime import trace_context
from pydantic import TypeAdapter

from pcf_generator.decisions import decision, downgrades, sentence
from pcf_generator.domain.consulted import degraded
from pcf_generator.domain.digest import digest
from pcf_generator.domain.intent import Interpretation
from pcf_generator.domain.judgement import Specified
from pcf_generator.domain.refusal import PipelineStop
from pcf_generator.domain.stage import Stage
from pcf_generator.domain.tenant import DEFAULT, marks
from pcf_generator.domain.trail import TrailEntry
from pcf_generator.ports.journal import Checkpoint, Journal, StageDone
from pcf_generator.ports.knowledge import Knowledge
from pcf_generator.version import VERSION

P = ParamSpec("P")
T = TypeVar("T")

SHARED_STAGES = frozenset({Stage.GENERATE, Stage.PACKAGE})
"""Their results follow from the approved specification alone, so one build may take another's of its tenant."""


class StageTimeout(Exception):  # noqa: N818 - reads as what it is
    """A stage, or the build as a whole, took longer than it may."""

    def __init__(self, stage: Stage) -> None:
        super().__init__(stage.value)
        self.stage = stage


class StageObserver(Protocol):
    """Is told how long stages took and how they ended: metrics."""

    def stage_ended(self, stage: Stage, outcome: str, duration_s: float) -> None:
        """`outcome` is `succeeded`, `recalled`, `stopped`, `timed_out` or `failed`."""


class Step:
    """Runs stages for one build."""

    def __init__(
        self,
        journal: Journal,
        knowledge: Knowledge,
        *,
        observer: StageObserver,
        holds: Callable[[object], Awaitable[bool]],
        stage_limit_s: float,
        ends_at: float,
        tenant: str = DEFAULT,
    ) -> None:
        self._journal = journal
        self._knowledge = knowledge
        self._observer = observer
        self._holds = holds
        self._stage_limit_s = stage_limit_s
        self._ends_at = ends_at
        self._whose = marks(tenant)
        self.current = Stage.INTERPRET
        self._passed: dict[Stage, StageDone] = {}
        self.degraded = False
        """Whether a stage had to do without the language model it would have asked: another build may fare better."""

    @property
    def passed(self) -> Sequence[StageDone]:
        """The stages so far, as a build tells of them that takes them over from this one."""
        return tuple(self._passed.values())

    async def __call__(self, stage: Stage, run: Callable[P, Awaitable[T]], *inputs: P.args, **tools: P.kwargs) -> T:
        """Give the stage's result: its own or a shared one if the input is the same, else by running it."""
        self.current = stage
        with trace_context.span(f"stage {stage.value}", attributes={"pcf.stage": stage.value}):
            return await self._passing(stage, run, *inputs, **tools)

    async def _passing(self, stage: Stage, run: Callable[P, Awaitable[T]], *inputs: P.args, **tools: P.kwargs) -> T:
        began = time.monotonic()
        key = digest(stage.value, self._knowledge.release, VERSION, *self._whose, *inputs)
        adapter: TypeAdapter[T] = _adapter(run)
        own = self._own(stage, key)
        known = await self._kept(own if own is not None and own.content else await self._shared(stage, key), adapter)
        result = known if known is not None else await self._run(stage, run, *inputs, **tools)
        recalled = self._passed[stage] = _told(stage, key, result)
        self.degraded |= isinstance(result, Interpretation | Specified) and degraded(result.consulted)
        if known is not None and own is not None:
            return result
        took = time.monotonic() - began
        made = known is None
        done = _told(stage, key, result, content=adapter.dump_json(result).decode()) if made else recalled
        routes = tuple(route.entry() for route in self._knowledge.routes())
        await self._journal.stage_done(replace(done, duration_s=took, trail=(*routes, *done.trail)))
        self._observer.stage_ended(stage, "succeeded" if made else "recalled", took)
        return result

    def _own(self, stage: Stage, key: str) -> Checkpoint | None:
        """What this build left for this input in an earlier run."""
        own = self._journal.checkpoint(stage)
        return own if own is not None and own.input_hash == key else None

    async def _shared(self, stage: Stage, key: str) -> Checkpoint | None:
        """What any build left for this input."""
        return await self._journal.recall(key) if stage in SHARED_STAGES else None

    async def _kept(self, checkpoint: Checkpoint | None, adapter: TypeAdapter[T]) -> T | None:
        """The result, unless what it points at is gone."""
        if checkpoint is None:
            return None
        result = adapter.validate_json(checkpoint.content)
        return result if await self._holds(result) else None

    async def _run(self, stage: Stage, run: Callable[P, Awaitable[T]], *inputs: P.args, **tools: P.kwargs) -> T:
        began = time.monotonic()
        outcome = "failed"
        try:
            async with asyncio.timeout(min(self._stage_limit_s, self._ends_at - began)):
                result = await run(*inputs, **tools)
            outcome = ""
        except (PipelineStop, asyncio.CancelledError):
            outcome = "stopped"
            raise
        except TimeoutError as error:
            outcome = "timed_out"
            raise StageTimeout(stage) from error
        finally:
            if outcome:
                self._observer.stage_ended(stage, outcome, time.monotonic() - began)
        return result


def _told(stage: Stage, key: str, result: object, *, content: str = "") -> StageDone:
    """A stage as its build tells of it; without content its result was there, and the checkpoint says only that."""
    details = {"stage": stage.value, **decision(result)}
    if not content:
        details["recalled"] = "true"
    return StageDone(
        stage,
        Checkpoint(key, content),
        0.0,
        sentence(result),
        (TrailEntry("stage.succeeded", details=details), *downgrades(result)),
        shared=bool(content) and stage in SHARED_STAGES,
    )


@lru_cache(maxsize=32)
def _adapter(run: Callable[..., Any]) -> TypeAdapter[Any]:
    """How the result of a stage is written and read, from the stage's own signature."""
    return TypeAdapter(get_type_hints(run)["return"])
