"""The variables of the rules that judge a specification."""

from collections.abc import Callable, Mapping

from pcf_generator.domain.capability import Capability
from pcf_generator.domain.colour import nearest_passing, worst_contrast
from pcf_generator.domain.documents import document
from pcf_generator.domain.spec import ComponentSpec

PCF_TYPES = frozenset(
    [
        "Currency",
        "DateAndTime.DateAndTime",
        "DateAndTime.DateOnly",
        "Decimal",
        "Enum",
        "FP",
        "Lookup.Simple",
        "Multiple",
        "MultiSelectOptionSet",
        "Object",
        "OptionSet",
        "SingleLine.Email",
        "SingleLine.Phone",
        "SingleLine.Text",
        "SingleLine.TextArea",
        "SingleLine.Ticker",
        "SingleLine.URL",
        "TwoOptions",
        "Whole.None",
    ]
)
"""The data types the platform supports in a standard control."""


def spec_facts(capability: Capability) -> Callable[[ComponentSpec], Mapping[str, object]]:
    """A function from a specification to `spec` (its document) and `facts` (what is computed from it)."""

    def facts(spec: ComponentSpec) -> Mapping[str, object]:
        return {
            "spec": document(spec),
            "facts": {"colours": _colours(spec, capability), "pcfTypes": sorted(PCF_TYPES)},
        }

    return facts


def _colours(spec: ComponentSpec, capability: Capability) -> list[dict[str, object]]:
    """Every colour with its worst contrast, what it needs, and the nearest colour that has it."""
    measured = []
    for parameter in capability.parameters:
        if parameter.type == "colour" and parameter.against:
            colour = str(spec.parameters[parameter.name])
            ratio, background = worst_contrast(colour, parameter.against)
            measured.append(
                {
                    "name": parameter.name,
                    "value": colour,
                    # Rounded down: 2.999 is not 3.
                    "ratio": int(ratio * 100) / 100,
                    "background": background,
                    "required": float(parameter.contrast),
                    "nearest": nearest_passing(colour, parameter.against, parameter.contrast),
                }
            )
    return measured
