"""How a run of a build ends: the change, the event and the audit entry, before they are stored together."""

import re
from dataclasses import dataclass, replace
from datetime import datetime

from pcf_generator.build_store import Change
from pcf_generator.domain.build import Build, BuildState, EventType, NewEvent, Result
from pcf_generator.domain.refusal import Problem, Question
from pcf_generator.domain.stage import Stage
from pcf_generator.domain.trail import Outcome, TrailEntry
from pcf_generator.ports.journal import Checkpoint

_TOLD = ("rule", "rules", "capability", "prohibition", "nearest")
"""Details of a problem that the audit log may keep; others, such as a better name, hold words of the maker."""
_QUOTED = re.compile(r'"[^"\n]*"')


@dataclass(frozen=True, slots=True)
class Ending:
    """What is to be stored."""

    change: Change
    event: NewEvent
    entry: TrailEntry
    shared: Checkpoint | None = None
    """What it leaves to other builds."""


def succeeded(result: Result, *, now: datetime, shared: Checkpoint | None = None) -> Ending:
    """The build made something."""

    def change(build: Build) -> Build:
        return replace(build, state=BuildState.SUCCEEDED, result=result, end_time=now)

    hashes = {artifact.kind: artifact.sha256 for artifact in result.artifacts}
    return Ending(
        change,
        NewEvent(EventType.SUCCEEDED, f"{result.component_name} is ready.", Stage.PACKAGE),
        TrailEntry("build.succeeded", details={"kind": result.capability_id, **hashes}),
        shared,
    )


def asked(question: Question) -> Ending:
    """The build waits for its maker."""

    def change(build: Build) -> Build:
        return replace(build, state=BuildState.NEEDS_INPUT, question=question)

    return Ending(
        change,
        NewEvent(EventType.NEEDS_INPUT, question.text),
        TrailEntry("build.asked", details=_asked(question)),
    )


def _asked(question: Question) -> dict[str, str]:
    unanswered = {"models_failed": question.unanswered} if question.unanswered else {}
    return {"question": question.question_id, "code": question.code, **unanswered}


def refused(problem: Problem, *, now: datetime) -> Ending:
    """A stage found that the build must not go on."""
    return _failed(problem, TrailEntry("build.refused", Outcome.REFUSED, _facts(problem)), now=now)


def failed(problem: Problem, *, now: datetime) -> Ending:
    """The build could not go on."""
    return _failed(problem, TrailEntry("build.failed", Outcome.FAILED, _facts(problem)), now=now)


def _failed(problem: Problem, entry: TrailEntry, *, now: datetime) -> Ending:
    def change(build: Build) -> Build:
        return replace(build, state=BuildState.FAILED, stage=problem.stage, problem=problem, end_time=now)

    return Ending(change, NewEvent(EventType.FAILED, problem.user_message, problem.stage), entry)


def _facts(problem: Problem) -> dict[str, str]:
    details = {name: problem.details[name] for name in _TOLD if name in problem.details}
    if "compiler" in problem.details:
        # A compiler quotes the texts of the code, which may be the maker's.
        details["compiler"] = _QUOTED.sub('"…"', problem.details["compiler"])
    return {"code": problem.code, "stage": problem.stage.value, **details}
