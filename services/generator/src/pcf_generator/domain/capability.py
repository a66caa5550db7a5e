"""One kind of control as the brain describes it: what a prompt can set, what the manifest declares, what is refused."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

ParameterValue = bool | int | float | str

Expression = Callable[[Mapping[str, object]], object]
"""A compiled CEL expression: takes the variables, gives the value."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A capability's entry in the index: enough to recognise it in a prompt."""

    id: str
    display_name: str
    description: str
    classification: str
    component_name: str
    purposes: tuple[str, ...]
    tags: tuple[str, ...]
    strong: tuple[str, ...]
    weak: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Parameter:
    """Something a prompt can set. `type` is integer, number, boolean, text, choice or colour."""

    name: str
    type: str
    description: str
    default: ParameterValue
    minimum: float | None = None
    maximum: float | None = None
    choices: tuple[str, ...] = ()
    max_length: int | None = None
    against: tuple[str, ...] = ()
    contrast: float = 3.0


@dataclass(frozen=True, slots=True)
class Phrase:
    """A way a prompt sets parameters: words with `{captures}`, and values set when they are said."""

    say: str
    set: Mapping[str, ParameterValue]


@dataclass(frozen=True, slots=True)
class TypeChoice:
    """A PCF type and when it is taken; the first whose condition holds."""

    of_type: str
    when: Expression | None = None


@dataclass(frozen=True, slots=True)
class PropertyRule:
    """A property the manifest may declare."""

    name: str
    usage: str
    types: tuple[TypeChoice, ...]
    required: bool | None = False
    """None: as the intent says."""
    default: str = ""
    """The parameter whose value is the default-value; empty for none."""
    values: tuple[str, ...] = ()
    include: Expression | None = None


@dataclass(frozen=True, slots=True)
class Prohibition:
    """A wish this kind refuses, and what to ask for instead."""

    id: str
    wish: str
    reason: str
    alternative: str


@dataclass(frozen=True, slots=True)
class Check:
    """A condition over parameters that must not hold."""

    when: Expression
    message: str
    suggestion: str


@dataclass(frozen=True, slots=True)
class Capability:
    """Everything the pipeline needs to know of one kind, but its templates and texts."""

    id: str
    display_name: str
    description: str
    classification: str
    component_name: str
    features: tuple[str, ...]
    parameters: tuple[Parameter, ...]
    phrases: Mapping[str, tuple[Phrase, ...]]
    properties: tuple[PropertyRule, ...]
    prohibitions: tuple[Prohibition, ...]
    checks: tuple[Check, ...] = ()

    def parameter(self, name: str) -> Parameter:
        """The parameter of that name; KeyError when there is none."""
        for parameter in self.parameters:
            if parameter.name == name:
                return parameter
        raise KeyError(name)
