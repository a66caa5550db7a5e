"""The ComponentSpec: what exactly will be generated; `schemas/component-spec.schema.json` is its shape."""

from collections.abc import Mapping
from dataclasses import dataclass

from pcf_generator.domain.capability import ParameterValue
from pcf_generator.domain.solution import Solution

SPEC_VERSION = "1.0"


@dataclass(frozen=True, slots=True)
class Property:
    """A property of the control's manifest."""

    name: str
    data_type: str
    usage: str
    required: bool = False
    default_value: str = ""
    values: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Capabilities:
    """Which kind, with which features and parameters."""

    capability_id: str
    features: tuple[str, ...]
    customizations: Mapping[str, ParameterValue]


@dataclass(frozen=True, slots=True)
class Resources:
    """The files the manifest names, relative to the control's folder."""

    code: str
    css: tuple[str, ...]
    resx: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Visual:
    """How much decoration."""

    style: str


@dataclass(frozen=True, slots=True)
class Interaction:
    """How people reach it."""

    control_type: str
    input_methods: tuple[str, ...]
    feedback: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Accessibility:
    """What it promises to everyone."""

    keyboard_support: bool
    screen_reader_support: bool
    high_contrast: bool
    wcag_level: str


@dataclass(frozen=True, slots=True)
class ComponentSpec:
    """The whole specification. `wishes` are those nobody refused yet: the rules judge them."""

    component_type: str
    component_name: str
    namespace: str
    display_name: str
    description: str
    solution: Solution
    read_only: bool
    required: bool
    capabilities: Capabilities
    properties: tuple[Property, ...]
    resources: Resources
    visual: Visual
    interaction: Interaction
    accessibility: Accessibility
    wishes: tuple[str, ...] = ()
    external_dependencies: tuple[str, ...] = ()
    custom_texts: tuple[str, ...] = ()
    """Which of display_name and description the maker wrote; the others come localised from the kind."""
    managed: bool = False
    """Whether a managed solution is wanted beside the unmanaged one."""
    version: str = SPEC_VERSION
    control_version: str = "1.0.0"
    pcf_version: str = "1.3.18"

    @property
    def parameters(self) -> Mapping[str, ParameterValue]:
        """The values the control is generated with."""
        return self.capabilities.customizations
