"""Stage 7 of 7, package: checks the source files and packs them.

Takes:  SourceTree                 Gives:  Package
Asks:   the brain                  Fails:  PCF-PKG-001 (structure), PCF-GEN-003 (a code rule refuses), PCF-PKG-003 (ZIP)
"""

from collections.abc import Sequence

from pcf_generator.domain.fixes import CODE_FIXES
from pcf_generator.domain.judgement import Approved, FileEntry, Package
from pcf_generator.domain.judging import judge
from pcf_generator.domain.refusal import Problem, Refusal
from pcf_generator.domain.rule import Rule
from pcf_generator.domain.source import SourceTree
from pcf_generator.domain.stage import Stage
from pcf_generator.ports import ArtifactWriter, Knowledge, Packer, SourceInspector


async def run(
    tree: SourceTree,
    approved: Approved,
    *,
    knowledge: Knowledge,
    inspect: SourceInspector,
    pack: Packer,
    store: ArtifactWriter,
) -> Package:
    """Check the project's structure, judge the code, and pack it."""
    faults = inspect.structure_faults(tree)
    if faults:
        raise Refusal(_fault("PCF-PKG-001", "; ".join(faults)[:1000]))
    verdict = judge(tree, await knowledge.code_rules(), facts=inspect.facts, fixes=CODE_FIXES)
    if verdict.refused_by:
        raise Refusal(_refused(verdict.refused_by, [f.message for f in verdict.findings]))
    checked = verdict.subject
    content = pack(checked)
    if not inspect.is_packed(content, checked):
        raise Refusal(_fault("PCF-PKG-003", "the ZIP does not hold what was packed"))
    artifact = await store(
        kind="source",
        filename=f"{approved.spec.component_name}-source.zip",
        media_type="application/zip",
        content=content,
    )
    files = tuple(FileEntry(file.path, file.sha256, len(file.content)) for file in checked.files)
    return Package(artifact, files, verdict.findings, verdict.results)


def _refused(rules: Sequence[Rule], messages: Sequence[str]) -> Problem:
    return Problem(
        code="PCF-GEN-003",
        stage=Stage.PACKAGE,
        message="the generated code is refused by " + ", ".join(rule.id for rule in rules),
        user_message="The generated code does not pass its own checks: " + " ".join(messages)[:1000],
        suggestion="Tell the operators: this is a fault of the product, not of your prompt.",
        details={"rule": rules[0].id, "rules": " ".join(rule.id for rule in rules)},
    )


def _fault(code: str, message: str) -> Problem:
    return Problem(
        code=code,
        stage=Stage.PACKAGE,
        message=message,
        user_message="The project could not be packed.",
        suggestion="Tell the operators: this is a fault of the product, not of your prompt.",
    )
