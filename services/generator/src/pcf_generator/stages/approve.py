"""Stage 5 of 7, approve: holds the final specification against its kind once more.

Takes:  Validated                  Gives:  Approved
Asks:   the brain                  Fails:  PCF-VAL-005 (a limit, a contradiction, a prohibition or the schema)
"""

from collections.abc import Iterator, Mapping

from pcf_generator.domain.capability import Capability
from pcf_generator.domain.documents import document
from pcf_generator.domain.judgement import Approved, Validated
from pcf_generator.domain.limits import exceeded
from pcf_generator.domain.refusal import Problem, Refusal
from pcf_generator.domain.spec import ComponentSpec
from pcf_generator.domain.stage import Stage
from pcf_generator.ports.knowledge import Knowledge


async def run(validated: Validated, *, knowledge: Knowledge) -> Approved:
    """Approve the specification as it stands, or say what does not fit together."""
    spec = validated.spec
    capability = await knowledge.capability(spec.component_type, stage=Stage.APPROVE)
    for message, suggestion in _misfits(spec, capability):
        raise Refusal(_misfit(message, suggestion))
    final = document(spec)
    faults = await knowledge.spec_faults(final, stage=Stage.APPROVE) if isinstance(final, Mapping) else ()
    if faults:
        raise Refusal(
            _misfit("The specification no longer fits its schema.", "Tell the operators: a rule's fix broke it.")
        )
    return Approved(spec, knowledge.release)


def _misfits(spec: ComponentSpec, capability: Capability) -> Iterator[tuple[str, str]]:
    variables = {"parameters": dict(spec.parameters)}
    for check in capability.checks:
        if check.when(variables) is True:
            yield check.message, check.suggestion
    for parameter, _, _ in exceeded(spec, capability):
        yield f"{parameter.name} is out of its limits.", f"{parameter.description}"
    for parameter in capability.parameters:
        if parameter.choices and spec.parameters[parameter.name] not in parameter.choices:
            yield (
                f"{parameter.name} is none of its choices.",
                f"Choose one of {', '.join(parameter.choices)}.",
            )
    for prohibition in capability.prohibitions:
        if prohibition.wish in spec.wishes:
            yield prohibition.reason, prohibition.alternative


def _misfit(message: str, suggestion: str) -> Problem:
    return Problem(
        code="PCF-VAL-005",
        stage=Stage.APPROVE,
        message="the specification does not fit its kind",
        user_message=message,
        suggestion=suggestion,
    )
