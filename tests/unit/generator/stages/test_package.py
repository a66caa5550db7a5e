"""Stage 7: the tree holds together, its code is judged, and the ZIP holds exactly it."""

from dataclasses import dataclass

import pytest
from pcf_generator.domain.build import Artifact
from pcf_generator.domain.finding import Action, Severity
from pcf_generator.domain.judgement import Approved, FileEntry
from pcf_generator.domain.refusal import Refusal
from pcf_generator.domain.rule import Category, Rule
from pcf_generator.domain.source import SourceFile, SourceTree
from pcf_generator.domain.stage import Stage
from pcf_generator.stages import package

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

    async def run_stage(tree=TREE, *rules, **inspected):
        return await package.run(
            tree,
            Approved(make_spec(), "releases/test"),
            knowledge=make_knowledge(rules=rules),
            inspect=ScriptedInspector(**inspected),
            pack=pack,
            store=store,
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

    assert Artifact("source", "Dial-source.zip", "application/zip", "5e" * 32, 5) == made.source
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
