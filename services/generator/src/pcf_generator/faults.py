"""Failures that no stage foresaw, as the product's errors."""

from collections.abc import Mapping

from pcf_generator.domain.build import Build
from pcf_generator.domain.refusal import Problem
from pcf_generator.domain.stage import Stage
from pcf_generator.ports.compiler import CompilerUnavailable
from pcf_generator.ports.knowledge import BrainFileFault, KnowledgeGone, KnowledgeUnavailable
from pcf_generator.ports.packing import ArtifactsUnavailable
from pcf_generator.step import StageTimeout

_FAULTS: Mapping[type[Exception], tuple[str, str, str, str]] = {
    KnowledgeUnavailable: (
        "PCF-SYS-001",
        "the brain could not be reached",
        "The knowledge service does not answer.",
        "Nothing is lost: resume the build in a minute.",
    ),
    ArtifactsUnavailable: (
        "PCF-SYS-001",
        "the artifact store could not be reached",
        "The finished files could not be stored.",
        "Nothing is lost: resume the build in a minute, and it goes on where it stopped.",
    ),
    CompilerUnavailable: (
        "PCF-SYS-004",
        "the compiler could not do its work",
        "The control could not be compiled just now.",
        "Resume the build in a minute; if it fails again, tell the operators its id.",
    ),
    KnowledgeGone: (
        "PCF-SYS-001",
        "the build's release is no longer kept",
        "The knowledge this build began with has been replaced.",
        "Start a new build with the same prompt.",
    ),
    BrainFileFault: (
        "PCF-SYS-002",
        "a file of the brain cannot be used",
        "The knowledge has a fault.",
        "Tell the operators: the brain's release does not fit this generator.",
    ),
    StageTimeout: (
        "PCF-SYS-004",
        "the stage ran out of time",
        "The build took too long.",
        "Resume the build.",
    ),
}
_UNFORESEEN = ("Something went wrong on our side.", "Resume the build; if it fails again, tell the operators its id.")


def problem_of(error: Exception, stage: Stage) -> Problem:
    """The problem a maker sees; the error's own text goes to the log only."""
    unforeseen = ("PCF-SYS-004", f"unexpected {type(error).__name__}", *_UNFORESEEN)
    code, message, user_message, suggestion = _FAULTS.get(type(error), unforeseen)
    return Problem(code, stage, message, user_message, suggestion)


def claimed_too_often(build: Build) -> Problem:
    """A build that ended every instance that ran it."""
    return Problem(
        "PCF-SYS-004",
        build.stage or Stage.INTERPRET,
        f"{build.claims - 1} runs in a row ended before they completed a stage",
        "The build was interrupted again and again.",
        "Tell the operators its id, or start it anew.",
    )
