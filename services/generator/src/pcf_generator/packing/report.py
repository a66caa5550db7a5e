"""The report: what was understood, what the rules gave, what was made. The same build gives the same bytes."""

from pcf_generator.domain.documents import document
from pcf_generator.domain.intent import Interpretation
from pcf_generator.domain.judgement import Approved, Package, Specified, Validated
from pcf_generator.ports import Brief
from pcf_generator.version import VERSION
from pcf_generator.writers import json_text

REPORT_VERSION = "1"
NOT_CHECKED = (
    "TypeScript was parsed, not type-checked: this build has no compiler.",
    "The control was not run in a browser.",
)


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
            "model": {"name": interpretation.engine, "inputTokens": 0, "outputTokens": 0},
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
        "files": document(package.files),
        "source": {"sha256": package.source.sha256, "sizeBytes": package.source.size_bytes},
        "notChecked": list(NOT_CHECKED),
    }
    return json_text.document(content).encode()
