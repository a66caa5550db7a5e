"""The pipeline: seven stages from a prompt to a packed component. All that surrounds a stage is in `step.py`."""

from dataclasses import dataclass

from pcf_generator.artifact_store import ArtifactStore
from pcf_generator.domain.build import Artifact, Result
from pcf_generator.domain.judgement import Package, Validated
from pcf_generator.domain.stage import Stage
from pcf_generator.ports.compiler import Compiler
from pcf_generator.ports.knowledge import Knowledge
from pcf_generator.ports.model import Brief, Model
from pcf_generator.ports.packing import Bench, Packer, ReportWriter, SolutionPacker, SourceInspector
from pcf_generator.ports.rendering import Renderer
from pcf_generator.stages import approve, generate, interpret, match, package, specify, validate
from pcf_generator.step import Step


@dataclass(frozen=True, slots=True)
class Kit:
    """What the stages work with."""

    model: Model
    render: Renderer
    inspect: SourceInspector
    pack: Packer
    report: ReportWriter
    artifacts: ArtifactStore
    pack_solution: SolutionPacker
    compile: Compiler | None = None
    """None where no compiler is installed: builds end with the source then."""


async def run(brief: Brief, kit: Kit, *, knowledge: Knowledge, step: Step) -> Result:
    """Take a prompt through the seven stages; Refusal or Clarification when one of them stops it."""
    model, store = kit.model, kit.artifacts.put
    intent = await step(Stage.INTERPRET, interpret.run, brief, knowledge=knowledge, model=model)
    found = await step(Stage.MATCH, match.run, intent, language=brief.language, knowledge=knowledge)
    wanted = await step(Stage.SPECIFY, specify.run, brief, intent, found, knowledge=knowledge, model=model)
    valid = await step(Stage.VALIDATE, validate.run, wanted, knowledge=knowledge)
    approved = await step(Stage.APPROVE, approve.run, valid, knowledge=knowledge)
    tree = await step(Stage.GENERATE, generate.run, approved, knowledge=knowledge, render=kit.render)
    made = await step(
        Stage.PACKAGE,
        package.run,
        tree,
        approved,
        kit.compile.versions if kit.compile else None,
        knowledge=knowledge,
        bench=Bench(kit.inspect, kit.pack, kit.compile, kit.pack_solution, store),
    )
    content = kit.report(brief, intent, wanted, valid, approved, made)
    filename = f"{approved.spec.component_name}-report.json"
    report = await store(kind="report", filename=filename, media_type="application/json", content=content)
    return _result(valid, made, report)


def _result(valid: Validated, made: Package, report: Artifact) -> Result:
    spec = valid.spec
    return Result(
        capability_id=spec.component_type,
        component_name=spec.component_name,
        namespace=spec.namespace,
        display_name=spec.display_name,
        findings=(*valid.findings, *made.findings),
        artifacts=(*made.artifacts, report),
    )
