"""What the maker wants, in the product's vocabulary: the GlobalIntent and the envelope around it."""

from dataclasses import dataclass, field

from pcf_generator.domain.consulted import Consulted


@dataclass(frozen=True, slots=True)
class UiIntent:
    """What the control is for and how it presents itself."""

    primary_purpose: str
    visual_style: str = "standard"
    data_binding: str = "single-value"


@dataclass(frozen=True, slots=True)
class Behavior:
    """How the control treats its value."""

    interactivity: str = "editable"
    validation: str = "optional"
    persistence: str = "manual-save"


@dataclass(frozen=True, slots=True)
class Interaction:
    """How people reach it and what they get back."""

    input_method: tuple[str, ...] = ("click", "keyboard")
    feedback: tuple[str, ...] = ("visual-highlight",)


@dataclass(frozen=True, slots=True)
class Accessibility:
    """What it promises to everyone."""

    wcag_level: str = "AA"
    keyboard_navigable: bool = True
    screen_reader_support: bool = True
    high_contrast_mode: bool = True


@dataclass(frozen=True, slots=True)
class Constraints:
    """What it must get by with."""

    performance_target: str = "standard"
    offline_capable: bool = True
    external_dependencies: str = "none"


@dataclass(frozen=True, slots=True)
class GlobalIntent:
    """The origin's intent document; `schemas/global-intent.schema.json` is its shape."""

    classification: str
    component_type: str
    ui_intent: UiIntent
    behavior: Behavior = field(default_factory=Behavior)
    interaction: Interaction = field(default_factory=Interaction)
    accessibility: Accessibility = field(default_factory=Accessibility)
    constraints: Constraints = field(default_factory=Constraints)

    @property
    def read_only(self) -> bool:
        """Whether people may look but not change."""
        return self.behavior.interactivity == "read-only"

    @property
    def required(self) -> bool:
        """Whether a value must be given."""
        return self.behavior.validation == "required"


@dataclass(frozen=True, slots=True)
class Interpretation:
    """The envelope around an intent: how sure the reader is, and what else the prompt said.

    `kind` is the capability meant, or empty when the prompt names something that is not there; then
    `wanted` says what. `wishes` are the special wishes the lexicon knows, such as `external-api`. `engine` is who
    settled the kind, and `consulted` the language models that were asked.
    """

    intent: GlobalIntent
    kind: str
    wanted: str
    confidence: float
    component_name: str = ""
    namespace: str = ""
    wishes: tuple[str, ...] = ()
    subject: str = ""
    engine: str = "offline"
    consulted: tuple[Consulted, ...] = ()
