"""The report: what was understood, what the rules gave, what was made. The same build gives the same bytes."""

from collections.abc import Mapping, Sequence

from pcf_generator.domain.consulted import Consulted
from pcf_generator.domain.documents import document
from pcf_generator.domain.intent import Interpretation
from pcf_generator.domain.judgement import Approved, Package, Specified, Validated
from pcf_generator.packing.sbom import bill_of_materials
from pcf_generator.ports.model import Brief
from pcf_generator.version import VERSION
from pcf_generator.writers import json_text

REPORT_VERSION = "2"
UNCOMPILED = (
    "The TypeScript was parsed, not type-checked, and not bundled: the generator that built this has no compiler.",
    "So there is no solution to import: build the source with Microsoft's tools, or have it built where a compiler is.",
)
NOT_RUN = "This control was not run in a browser; its kind was, with other parameters, when its code was released."
NOT_IMPORTED = "The solution was not imported into an environment; its form was checked against what environments take."


def report(
    brief: Brief,
    interpretation: Interpretation,
    specified: Specified,
    validated: Validated,
    approved: Approved,
    package: Package,
) -> bytes:
    """Write the report as JSON."""
    spec = approved.spec
    findings = (*validated.findings, *package.findings)
    content = {
        "reportVersion": REPORT_VERSION,
        "component": {
            "name": spec.component_name,
            "namespace": spec.namespace,
            "displayName": spec.display_name,
            "kind": spec.component_type,
            "version": spec.control_version,
        },
        "madeBy": {
            "generator": VERSION,
            "brainRelease": approved.release,
            "compilers": document(package.compilers) if package.compilers else None,
            "model": _model((*interpretation.consulted, *specified.consulted)),
        },
        "prompt": brief.prompt,
        "answers": dict(brief.answers),
        "understood": {
            "intent": document(interpretation.intent),
            "confidence": interpretation.confidence,
            "subject": interpretation.subject,
            "wishes": list(interpretation.wishes),
            "notUnderstood": list(specified.unmapped_phrases),
        },
        "specification": document(spec),
        "findings": document(findings),
        "rules": document((*validated.results, *package.results)),
        "artifacts": document(package.artifacts),
        "files": document(package.files),
        "solutionFiles": document(package.solution_files),
        "checks": _checks(package),
        "notChecked": [NOT_RUN, NOT_IMPORTED] if package.compilers else [*UNCOMPILED, NOT_RUN],
        "sbom": bill_of_materials(approved, package),
    }
    return json_text.document(content).encode()


def _model(consulted: Sequence[Consulted]) -> Mapping[str, object]:
    """Who read the prompt, and what the language models among them took."""
    names = dict.fromkeys(["offline", *(call.who for call in consulted if call.who)])
    return {
        "name": ", ".join(names),
        "inputTokens": sum(call.input_tokens for call in consulted),
        "outputTokens": sum(call.output_tokens for call in consulted),
        "costUsd": _dollars(sum(call.cost_micros for call in consulted)),
        "calls": [_call(call) for call in consulted],
        "notes": list(dict.fromkeys(call.note for call in consulted if call.note)),
    }


def _call(call: Consulted) -> Mapping[str, object]:
    return {
        "purpose": call.purpose,
        "model": call.who,
        "inputTokens": call.input_tokens,
        "outputTokens": call.output_tokens,
        "costUsd": _dollars(call.cost_micros),
        "attempts": call.attempts,
        "fromCache": call.cached,
        "failed": call.code,
    }


def _dollars(micros: int) -> str:
    return f"{micros // 1_000_000}.{micros % 1_000_000:06d}"


def _checks(package: Package) -> list[dict[str, str]]:
    """What was looked at as a whole, beside the single rules; a build that failed one has no report."""
    done = "passed" if package.compilers else "skipped"
    return [
        {"check": "structure", "result": "passed"},
        {"check": "manifest", "result": "passed"},
        {"check": "types", "result": done},
        {"check": "bundle", "result": done},
        {"check": "solution", "result": done},
    ]
