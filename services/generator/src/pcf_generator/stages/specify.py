"""Stage 3 of 7, specify: turns an intent and a kind into an exact specification.

Takes:  Brief, Interpretation, Match   Gives:  Specified
Asks:   the brain, the model           Fails:  PCF-SPEC-001 (name), -002 (type), -003 (nothing bound), -004 (schema);
                                               asks PCF-INT-003 for a parameter with two values
"""

from collections.abc import Iterator, Mapping

from pcf_generator.domain import naming, publishing, spec
from pcf_generator.domain.capability import Capability, ParameterValue, PropertyRule
from pcf_generator.domain.documents import document
from pcf_generator.domain.intent import Interpretation
from pcf_generator.domain.judgement import Match, Specified
from pcf_generator.domain.limits import allowed, default_text
from pcf_generator.domain.refusal import Clarification, Problem, Question, Refusal
from pcf_generator.domain.solution import MAX_CONTROL_NAME, solution_faults
from pcf_generator.domain.source import Strings
from pcf_generator.domain.stage import Stage
from pcf_generator.ports.knowledge import Knowledge
from pcf_generator.ports.model import Brief, Model

DEFAULT_NAMESPACE = "PcfBuilder"


async def run(
    brief: Brief, interpretation: Interpretation, match: Match, *, knowledge: Knowledge, model: Model
) -> Specified:
    """Name the component, set its parameters and declare its properties."""
    capability = await knowledge.capability(match.capability_id)
    name = _name(brief, interpretation, capability)
    namespace = _namespace(brief, interpretation)
    draft = await model.specify(brief, capability, knowledge=knowledge)
    if isinstance(draft, Question):
        raise Clarification(draft)
    parameters = {p.name: draft.parameters.get(p.name, p.default) for p in capability.parameters}
    strings = await knowledge.strings(capability.id)
    try:
        built = _specification(brief, interpretation, capability, parameters, name, namespace, strings)
    except publishing.LastVersion as error:
        raise Refusal(_last_version(str(error))) from error
    if len(f"{built.solution.publisher.prefix}_{namespace}.{name}") > MAX_CONTROL_NAME:
        raise Refusal(_bad_name("component name with its namespace", capability.component_name, rule="PCF_NAMING_001"))
    if unfit := "; ".join(solution_faults(built.solution)):
        raise Refusal(_bad_solution(unfit))
    if not any(prop.usage == "bound" for prop in built.properties):
        raise Refusal(_fault("PCF-SPEC-003", f"{capability.id} declares no bound property", "PCF_BINDING_001"))
    faults = await knowledge.spec_faults(_as_mapping(document(built)))
    if faults:
        raise Refusal(_fault("PCF-SPEC-004", "; ".join(faults)[:1000], "schema"))
    return Specified(built, draft.unmapped_phrases, draft.consulted)


def _specification(
    brief: Brief,
    interpretation: Interpretation,
    capability: Capability,
    parameters: Mapping[str, ParameterValue],
    name: str,
    namespace: str,
    strings: tuple[Strings, ...],
) -> spec.ComponentSpec:
    intent, options = interpretation.intent, brief.options
    display_name = options.display_name or capability.display_name
    custom = tuple(field for field in ("display_name", "description") if getattr(options, field))
    return spec.ComponentSpec(
        component_type=capability.id,
        component_name=name,
        namespace=namespace,
        display_name=display_name,
        description=options.description or capability.description,
        solution=publishing.solution_of(options, namespace=namespace, name=name, display_name=display_name),
        managed=options.managed,
        control_version=publishing.control_version(options),
        read_only=intent.read_only,
        required=intent.required,
        capabilities=spec.Capabilities(capability.id, capability.features, parameters),
        properties=tuple(_properties(capability, parameters, interpretation)),
        resources=spec.Resources(
            code="index.ts",
            css=(f"css/{name}.css",),
            resx=tuple(f"strings/{name}.{text.lcid}.resx" for text in strings),
        ),
        visual=spec.Visual(intent.ui_intent.visual_style),
        interaction=spec.Interaction("standard", intent.interaction.input_method, intent.interaction.feedback),
        accessibility=spec.Accessibility(
            keyboard_support=intent.accessibility.keyboard_navigable,
            screen_reader_support=intent.accessibility.screen_reader_support,
            high_contrast=intent.accessibility.high_contrast_mode,
            wcag_level=intent.accessibility.wcag_level,
        ),
        wishes=interpretation.wishes,
        custom_texts=custom,
    )


def _properties(
    capability: Capability, parameters: Mapping[str, ParameterValue], interpretation: Interpretation
) -> Iterator[spec.Property]:
    intent = interpretation.intent
    variables: dict[str, object] = {
        # As stage 4 will cut them: a number without bounds would overflow the conditions.
        "parameters": allowed(capability, parameters),
        "intent": {
            "readOnly": intent.read_only,
            "required": intent.required,
            "style": intent.ui_intent.visual_style,
        },
    }
    for rule in capability.properties:
        if rule.include is None or rule.include(variables) is True:
            yield spec.Property(
                name=rule.name,
                data_type=_type(rule, variables),
                usage=rule.usage,
                required=intent.required if rule.required is None else rule.required,
                default_value=default_text(parameters[rule.default]) if rule.default else "",
                values=rule.values,
            )


def _type(rule: PropertyRule, variables: Mapping[str, object]) -> str:
    for choice in rule.types:
        if choice.when is None or choice.when(variables) is True:
            return choice.of_type
    raise Refusal(_fault("PCF-SPEC-002", f"no data type for property {rule.name}", "PCF_BINDING_002"))


def _name(brief: Brief, interpretation: Interpretation, capability: Capability) -> str:
    name = brief.options.component_name or interpretation.component_name or capability.component_name
    if naming.PASCAL_CASE.fullmatch(name) and name not in naming.TAKEN:
        return name
    suggestion = naming.suggest(name, fallback=capability.component_name)
    raise Refusal(_bad_name("component name", suggestion, rule="PCF_NAMING_001"))


def _namespace(brief: Brief, interpretation: Interpretation) -> str:
    namespace = brief.options.namespace or interpretation.namespace or DEFAULT_NAMESPACE
    if naming.PASCAL_CASE.fullmatch(namespace):
        return namespace
    suggestion = naming.suggest(namespace, fallback=DEFAULT_NAMESPACE)
    raise Refusal(_bad_name("namespace", suggestion, rule="PCF_NAMING_002"))


def _bad_name(what: str, suggestion: str, *, rule: str) -> Problem:
    return Problem(
        code="PCF-SPEC-001",
        stage=Stage.SPECIFY,
        message=f"the {what} breaks {rule}",
        user_message=f"The {what} must begin with a capital letter, hold at most {naming.MAX_NAME} letters and digits "
        "and nothing else, and not be a name of the JavaScript language or of a folder beside it.",
        suggestion=f"Use {suggestion}.",
        alternatives=(suggestion,),
        details={"rule": rule, "suggestion": suggestion},
    )


def _bad_solution(faults: str) -> Problem:
    return Problem(
        code="PCF-SPEC-001",
        stage=Stage.SPECIFY,
        message="the solution or its publisher has a name that no environment takes",
        user_message=f"An environment would not take the solution: {faults}.",
        suggestion="Give another publisher or solution name.",
        details={"rule": "solution"},
    )


def _last_version(message: str) -> Problem:
    return Problem(
        code="PCF-SPEC-004",
        stage=Stage.SPECIFY,
        message=message,
        user_message="No version comes after the one that this control replaces.",
        suggestion="Give a version of your own, or publish the control under another name.",
        details={"rule": "version"},
    )


def _fault(code: str, message: str, rule: str) -> Problem:
    return Problem(
        code=code,
        stage=Stage.SPECIFY,
        message=message,
        user_message="The specification of this control could not be made.",
        suggestion="Ask for less, or tell the operators: the brain's description of this kind has a fault.",
        details={"rule": rule},
    )


def _as_mapping(value: object) -> Mapping[str, object]:
    if not isinstance(value, Mapping):
        raise TypeError("a specification is a mapping")
    return value
