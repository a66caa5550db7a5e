"""A capability's limits: brings parameters within them and says what was cut."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from pcf_generator.domain.capability import Capability, Parameter, ParameterValue
from pcf_generator.domain.finding import Action, Finding, Severity
from pcf_generator.domain.spec import ComponentSpec

LIMIT_RULE = "PCF_LIMIT_001"
"""Our own id for "a parameter is within the kind's limits"; the origin's lists have none."""


def within_limits(spec: ComponentSpec, capability: Capability) -> tuple[ComponentSpec, tuple[Finding, ...]]:
    """Clamp every parameter that is out of range; each cut is a recorded downgrade."""
    values = dict(spec.parameters)
    findings = []
    for parameter, value, nearest in exceeded(spec, capability):
        values[parameter.name] = nearest
        findings.append(_downgrade(parameter, value, nearest))
    return with_parameters(spec, capability, values), tuple(findings)


def allowed(capability: Capability, values: Mapping[str, ParameterValue]) -> dict[str, ParameterValue]:
    """The values, each brought within its limits."""
    return {parameter.name: _allowed(parameter, values[parameter.name]) for parameter in capability.parameters}


def exceeded(spec: ComponentSpec, capability: Capability) -> Iterator[tuple[Parameter, ParameterValue, ParameterValue]]:
    """Parameters out of their limits: the parameter, its value, and the nearest allowed one."""
    for parameter in capability.parameters:
        value = spec.parameters[parameter.name]
        nearest = _allowed(parameter, value)
        if nearest != value:
            yield parameter, value, nearest


def with_parameters(spec: ComponentSpec, capability: Capability, values: dict[str, ParameterValue]) -> ComponentSpec:
    """The specification with other parameter values, and the manifest defaults that follow from them."""
    defaults = {rule.name: rule.default for rule in capability.properties if rule.default}
    properties = tuple(
        replace(prop, default_value=default_text(values[defaults[prop.name]])) if prop.name in defaults else prop
        for prop in spec.properties
    )
    capabilities = replace(spec.capabilities, customizations=values)
    return replace(spec, capabilities=capabilities, properties=properties)


def default_text(value: ParameterValue) -> str:
    """A parameter's value as the manifest's default-value writes it."""
    match value:
        case bool():
            return "true" if value else "false"
        case float():
            return f"{value:.10g}"
        case _:
            return str(value)


def _allowed(parameter: Parameter, value: ParameterValue) -> ParameterValue:
    if isinstance(value, str):
        return value[: parameter.max_length] if parameter.max_length is not None else value
    if isinstance(value, bool):
        return value
    if parameter.minimum is not None and value < parameter.minimum:
        return type(value)(parameter.minimum)
    if parameter.maximum is not None and value > parameter.maximum:
        return type(value)(parameter.maximum)
    return value


def _downgrade(parameter: Parameter, value: ParameterValue, nearest: ParameterValue) -> Finding:
    span = (
        f"at most {parameter.max_length} characters"
        if isinstance(value, str)
        else f"{_plain(parameter.minimum)} to {_plain(parameter.maximum)}"
    )
    was, now = ("the text", "its beginning") if isinstance(value, str) else (default_text(value), default_text(nearest))
    return Finding(
        LIMIT_RULE,
        Severity.WARNING,
        Action.DOWNGRADED,
        f"{parameter.name} was cut from {was} to {now}: this control takes {span}.",
        f"Ask for {parameter.name} within {span} to get exactly what you say.",
    )


def _plain(bound: float | None) -> str:
    return "any" if bound is None else f"{bound:.10g}"
