"""What a stage decided, for the audit log and for the person who watches; never what a user wrote."""

from collections.abc import Mapping, Sequence

from pcf_generator.domain.consulted import Consulted
from pcf_generator.domain.digest import digest
from pcf_generator.domain.finding import Action
from pcf_generator.domain.intent import Interpretation
from pcf_generator.domain.judgement import Approved, Match, Package, Specified, Validated
from pcf_generator.domain.source import SourceTree
from pcf_generator.domain.trail import TrailEntry


def decision(result: object) -> Mapping[str, str]:
    """The facts of a stage's result: ids, hashes and counts."""
    match result:
        case Interpretation():
            read = {"kind": result.kind, "confidence": f"{result.confidence:.2f}", "engine": result.engine}
            return {**read, **_asked(result.consulted)}
        case Match():
            return {"capability": result.capability_id, "release": result.release}
        case Specified():
            left = str(len(result.unmapped_phrases))
            return {"specification": digest(result.spec), "unmapped": left, **_asked(result.consulted)}
        case Validated():
            return {
                "specification": digest(result.spec),
                "rules": str(len(result.results)),
                **_counts(result),
            }
        case Approved():
            return {"specification": digest(result.spec), "release": result.release}
        case SourceTree():
            return {"files": str(len(result.files)), "bytes": str(sum(len(f.content) for f in result.files))}
        case Package():
            hashes = {artifact.kind: artifact.sha256 for artifact in result.artifacts}
            return {**hashes, "rules": str(len(result.results)), **_counts(result)}
        case _:
            return {}


def downgrades(result: object) -> tuple[TrailEntry, ...]:
    """An entry for every wish that was cut or repaired."""
    if not isinstance(result, Validated | Package):
        return ()
    return tuple(
        TrailEntry(f"finding.{finding.action.value}", details={"rule": finding.rule_id, "severity": finding.severity})
        for finding in result.findings
    )


def sentence(result: object) -> str:
    """One line for the person who watches."""
    match result:
        case Interpretation():
            read = "Read the prompt." if result.kind else "The prompt names no kind of control that is here."
            return " ".join([read, *_notes(result.consulted)])
        case Match():
            return f"Found the kind: {result.capability_id}."
        case Specified():
            done = f"Specified {result.spec.component_name} with {len(result.spec.properties)} properties."
            return " ".join([done, *_notes(result.consulted)])
        case Validated():
            cut = sum(f.action in {Action.DOWNGRADED, Action.FIXED} for f in result.findings)
            return f"Checked {len(result.results)} rules" + (f"; {cut} changed the specification." if cut else ".")
        case Approved():
            return "Approved the specification."
        case SourceTree():
            return f"Wrote {len(result.files)} files."
        case Package():
            done = ", compiled and packed it" if result.compilers else " and packed it; there is no compiler here"
            return f"Checked {len(result.results)} rules on the code{done}."
        case _:
            return "Done."


def _asked(consulted: Sequence[Consulted]) -> Mapping[str, str]:
    """What was asked of language models; nothing where none was asked."""
    if not consulted:
        return {}
    return {
        "models": " ".join(call.who for call in consulted if call.who),
        "models_failed": " ".join(call.code for call in consulted if call.code),
        "models_cached": str(sum(call.cached for call in consulted)),
        "models_tokens": str(sum(call.input_tokens + call.output_tokens for call in consulted)),
        "models_cost_micros": str(sum(call.cost_micros for call in consulted)),
    }


def _notes(consulted: Sequence[Consulted]) -> Sequence[str]:
    return [call.note for call in consulted if call.note]


def _counts(result: Validated | Package) -> Mapping[str, str]:
    return {action.value: str(sum(f.action is action for f in result.findings)) for action in Action}
