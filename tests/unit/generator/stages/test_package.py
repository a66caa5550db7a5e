"""Stage 7: the tree holds together, its code is judged and compiled, and the ZIPs hold exactly that."""

from dataclasses import dataclass

import pytest
from pcf_generator.domain.build import Artifact
from pcf_generator.domain.finding import Action, Severity
from pcf_generator.domain.judgement import Approved, CompilerVersions, FileEntry
from pcf_generator.domain.refusal import Refusal
from pcf_generator.domain.rule import Category, Rule
from pcf_generator.domain.source import SourceFile, SourceTree
from pcf_generator.domain.stage import Stage
from pcf_generator.ports.compiler import CompileFault, CompilerUnavailable
from pcf_generator.ports.packing import Bench, PackedSolution, SolutionFault
from pcf_generator.stages import package

VERSIONS = CompilerVersions("7.0.2", "0.28.2", "1.3.18")
FILE = SourceFile("Dial/index.ts", "a();\n")
TREE = SourceTree((FILE,))
NOISY = SourceTree((SourceFile("Dial/index.ts", "a();\nconsole.log(1);\n"),))


@dataclass(frozen=True)
class ScriptedInspector:
    """Implements `SourceInspector`."""

    faults: tuple[str, ...] = ()
    packed: bool = True

    def facts(self, tree):
        return {"code": {"consoleCalls": sum(file.text.count("console") for file in tree.files)}}

    def structure_faults(self, tree):
        return self.faults

    def is_packed(self, content, tree):
        return self.packed


@dataclass(frozen=True)
class ScriptedCompiler:
    """Implements `Compiler`: what it gives says what it was given."""

    fault: Exception | None = None
    versions: CompilerVersions = VERSIONS

    async def __call__(self, tree):
        if self.fault:
            raise self.fault
        return f"compiled: {tree.files[0].text}"


def pack_solution(spec, tree, bundle, *, managed):
    """Implements `SolutionPacker`."""
    content = f"{spec.component_name} {managed} {bundle}".encode()
    return PackedSolution(content, (FileEntry("a.xml", "aa" * 32, 4),))


def unfit(spec, tree, bundle, *, managed):
    raise SolutionFault("no manifest")


def rule(condition, *, severity=Severity.ERROR, fix=""):
    return Rule("QUIET", severity, Category.PERFORMANCE, condition, "It talks.", "Be quiet.", fix)


QUIET = rule(lambda facts: facts["code"]["consoleCalls"] == 0, fix="remove-console-calls")
NEVER = rule(lambda facts: False)


def pack(tree):
    return "".join(file.text for file in tree.files).encode()


@pytest.fixture
def run(make_knowledge, make_spec):
    """Run the stage; what was stored is in `stored`."""
    stored = []

    async def store(*, kind, filename, media_type, content):
        stored.append(content)
        return Artifact(kind, filename, media_type, "5e" * 32, len(content))

    async def run_stage(tree=TREE, *rules, compiler=None, solution=pack_solution, managed=False, **inspected):
        return await package.run(
            tree,
            Approved(make_spec(managed=managed), "releases/test"),
            compiler and compiler.versions,
            knowledge=make_knowledge(rules=rules),
            bench=Bench(ScriptedInspector(**inspected), pack, compiler, solution, store),
        )

    run_stage.stored = stored
    return run_stage


@pytest.fixture
def check_fails(run):
    """The stage refuses with the code and stores nothing; the problem of it."""

    async def check(code, *given, **inspected):
        with pytest.raises(Refusal) as refusal:
            await run(*given, **inspected)
        problem = refusal.value.problem
        assert (code, Stage.PACKAGE) == (problem.code, problem.stage)
        assert [] == run.stored
        return problem

    return check


async def test_gives_the_artifact_and_its_files(run):
    made = await run()

    assert (Artifact("source", "Dial-source.zip", "application/zip", "5e" * 32, 5),) == made.artifacts
    assert (FileEntry(FILE.path, FILE.sha256, 5),) == made.files
    assert [b"a();\n"] == run.stored


async def test_packs_what_was_fixed(run):
    made = await run(NOISY, QUIET)

    assert [b"a();\n"] == run.stored
    assert (FileEntry(FILE.path, FILE.sha256, 5),) == made.files
    assert [Action.FIXED] == [finding.action for finding in made.findings]
    assert ["fixed"] == [result.result for result in made.results]


async def test_a_warning_does_not_stop_it(run):
    made = await run(TREE, rule(lambda facts: False, severity=Severity.WARNING))

    assert [Action.NOTED] == [finding.action for finding in made.findings]


async def test_a_broken_rule(check_fails):
    problem = await check_fails("PCF-GEN-003", TREE, NEVER)

    assert {"rule": "QUIET", "rules": "QUIET"} == problem.details
    assert "It talks." in problem.user_message


async def test_a_structure_that_does_not_hold(check_fails):
    problem = await check_fails("PCF-PKG-001", faults=("no manifest", "no code"))

    assert "no manifest; no code" == problem.message


async def test_the_structure_is_told_before_the_code_is_judged(check_fails):
    """The facts are told of a tree that holds together only."""
    await check_fails("PCF-PKG-001", TREE, NEVER, faults=("no manifest",))


async def test_a_zip_that_does_not_hold_what_was_packed(check_fails):
    await check_fails("PCF-PKG-003", packed=False)


async def test_without_a_compiler_there_is_only_the_source(run):
    made = await run(managed=True)

    assert ["source"] == [artifact.kind for artifact in made.artifacts]
    assert (None, ()) == (made.compilers, made.solution_files)


async def test_what_compiled_becomes_a_solution(run):
    made = await run(NOISY, QUIET, compiler=ScriptedCompiler())

    assert [b"a();\n", b"Dial False compiled: a();\n"] == run.stored
    assert [("source", "Dial-source.zip"), ("solution", "Dial-solution.zip")] == [
        (artifact.kind, artifact.filename) for artifact in made.artifacts
    ]
    assert VERSIONS == made.compilers
    assert (FileEntry("a.xml", "aa" * 32, 4),) == made.solution_files


async def test_a_managed_solution_beside_the_other(run):
    made = await run(compiler=ScriptedCompiler(), managed=True)

    assert [("solution", "Dial-solution.zip"), ("managed-solution", "Dial-managed-solution.zip")] == [
        (artifact.kind, artifact.filename) for artifact in made.artifacts[1:]
    ]
    assert b"Dial True compiled: a();\n" == run.stored[2]


async def test_code_that_does_not_compile(check_fails):
    fault = CompileFault("Dial/index.ts(1,1): error TS1.", "Dial/index.ts(2,1): error TS2.")
    problem = await check_fails("PCF-GEN-003", compiler=ScriptedCompiler(fault))

    assert "Dial/index.ts(1,1): error TS1." in problem.user_message
    assert {"rule": "compiler", "compiler": "\n".join(fault.messages)} == problem.details


async def test_a_solution_that_would_not_import(check_fails):
    problem = await check_fails("PCF-PKG-003", compiler=ScriptedCompiler(), solution=unfit)

    assert "no manifest" == problem.message


async def test_a_compiler_that_is_away_says_nothing_of_the_code(run):
    with pytest.raises(CompilerUnavailable):
        await run(compiler=ScriptedCompiler(CompilerUnavailable("killed")))
    assert [] == run.stored
