"""Stage 6 of 7, generate: turns an approved specification into source files.

Takes:  Approved                   Gives:  SourceTree
Asks:   the brain                  Fails:  PCF-GEN-001 (a template is missing), PCF-GEN-002 (it does not render)
"""

from pcf_generator.domain.judgement import Approved
from pcf_generator.domain.refusal import Problem, Refusal
from pcf_generator.domain.source import SourceTree
from pcf_generator.domain.stage import Stage
from pcf_generator.ports.knowledge import Knowledge
from pcf_generator.ports.rendering import Materials, MissingTemplate, Renderer, TemplateFault


async def run(approved: Approved, *, knowledge: Knowledge, render: Renderer) -> SourceTree:
    """Render every file of the project."""
    spec = approved.spec
    materials = Materials(
        project=await knowledge.project_templates(),
        control=await knowledge.control_templates(spec.component_type),
        strings=await knowledge.strings(spec.component_type),
    )
    try:
        return render(spec, materials)
    except MissingTemplate as error:
        raise Refusal(_fault("PCF-GEN-001", f"no template {error}")) from error
    except TemplateFault as error:
        raise Refusal(_fault("PCF-GEN-002", str(error)[:1000])) from error


def _fault(code: str, message: str) -> Problem:
    return Problem(
        code=code,
        stage=Stage.GENERATE,
        message=message,
        user_message="The source of this control could not be written.",
        suggestion="Leave out unusual characters from names and texts; if it stays, tell the operators.",
    )
