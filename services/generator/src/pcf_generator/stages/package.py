"""Stage 7 of 7, package: checks the source files, compiles them and packs what came of it.

Takes:  SourceTree, Approved, CompilerVersions   Gives:  Package
Asks:   the brain, the compiler                  Fails:  PCF-PKG-001 (structure), PCF-GEN-003 (a code rule refuses, or
                                                 it does not compile), PCF-PKG-003 (a ZIP is not what it should be)
"""

from collections.abc import Mapping, Sequence

from pcf_generator.domain.build import Artifact
from pcf_generator.domain.fixes import CODE_FIXES
from pcf_generator.domain.judgement import Approved, CompilerVersions, FileEntry, Package
from pcf_generator.domain.judging import judge
from pcf_generator.domain.refusal import Problem, Refusal
from pcf_generator.domain.source import SourceTree
from pcf_generator.domain.stage import Stage
from pcf_generator.ports.compiler import CompileFault, Compiler
from pcf_generator.ports.knowledge import Knowledge
from pcf_generator.ports.packing import ArtifactWriter, Bench, PackedSolution, SolutionFault, SolutionPacker

ZIP = "application/zip"


async def run(
    tree: SourceTree, approved: Approved, compilers: CompilerVersions | None, *, knowledge: Knowledge, bench: Bench
) -> Package:
    """Check the project's structure, judge the code, compile it and pack it; without a compiler, the source alone.

    `compilers` are the versions of `bench.compile`: with others the result is another.
    """
    faults = bench.inspect.structure_faults(tree)
    if faults:
        raise Refusal(_fault("PCF-PKG-001", "; ".join(faults)[:1000]))
    verdict = judge(tree, await knowledge.code_rules(), facts=bench.inspect.facts, fixes=CODE_FIXES)
    if verdict.refused_by:
        raise Refusal(_refused([rule.id for rule in verdict.refused_by], [f.message for f in verdict.findings]))
    checked = verdict.subject
    source = _packed_source(checked, bench)
    solutions: Mapping[str, PackedSolution] = {}
    if bench.compile is not None:
        bundle = await _compiled(checked, bench.compile)
        solutions = _packed_solutions(approved, checked, bundle, bench.pack_solution)
    contents = {"source": source} | {kind: packed.content for kind, packed in solutions.items()}
    name = approved.spec.component_name
    return Package(
        artifacts=tuple([await _stored(kind, name, content, bench.store) for kind, content in contents.items()]),
        files=tuple(FileEntry(file.path, file.sha256, len(file.content)) for file in checked.files),
        solution_files=solutions["solution"].files if solutions else (),
        compilers=compilers,
        findings=verdict.findings,
        results=verdict.results,
    )


def _packed_source(tree: SourceTree, bench: Bench) -> bytes:
    content = bench.pack(tree)
    if not bench.inspect.is_packed(content, tree):
        raise Refusal(_fault("PCF-PKG-003", "the ZIP does not hold what was packed"))
    return content


async def _compiled(tree: SourceTree, compile_: Compiler) -> str:
    try:
        return await compile_(tree)
    except CompileFault as error:
        raise Refusal(_uncompiled(error.messages)) from error


def _packed_solutions(
    approved: Approved, tree: SourceTree, bundle: str, pack: SolutionPacker
) -> Mapping[str, PackedSolution]:
    wanted = {"solution": False, "managed-solution": True} if approved.spec.managed else {"solution": False}
    try:
        return {kind: pack(approved.spec, tree, bundle, managed=managed) for kind, managed in wanted.items()}
    except SolutionFault as error:
        raise Refusal(_fault("PCF-PKG-003", str(error)[:1000])) from error


async def _stored(kind: str, name: str, content: bytes, store: ArtifactWriter) -> Artifact:
    return await store(kind=kind, filename=f"{name}-{kind}.zip", media_type=ZIP, content=content)


def _refused(rules: Sequence[str], messages: Sequence[str]) -> Problem:
    return Problem(
        code="PCF-GEN-003",
        stage=Stage.PACKAGE,
        message="the generated code is refused by " + ", ".join(rules),
        user_message="The generated code does not pass its own checks: " + " ".join(messages)[:1000],
        suggestion="Tell the operators: this is a fault of the product, not of your prompt.",
        details={"rule": rules[0], "rules": " ".join(rules)},
    )


def _uncompiled(messages: Sequence[str]) -> Problem:
    return Problem(
        code="PCF-GEN-003",
        stage=Stage.PACKAGE,
        message="the generated code does not compile: " + "; ".join(messages)[:1000],
        user_message="The generated code does not compile: " + messages[0][:300],
        suggestion="Tell the operators: this is a fault of the product, not of your prompt.",
        details={"rule": "compiler", "compiler": "\n".join(messages)[:1000]},
    )


def _fault(code: str, message: str) -> Problem:
    return Problem(
        code=code,
        stage=Stage.PACKAGE,
        message=message,
        user_message="The project could not be packed.",
        suggestion="Tell the operators: this is a fault of the product, not of your prompt.",
    )
