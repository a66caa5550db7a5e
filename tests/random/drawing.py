"""Specifications at random: any kind, any parameters within and beyond their limits, texts that try to break out."""

import random
import string
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from pcf_generator.domain.build import BuildOptions
from pcf_generator.domain.capability import Capability, Parameter, ParameterValue
from pcf_generator.domain.intent import Behavior, GlobalIntent, Interpretation, UiIntent

HOSTILE = (
    "`${alert(1)}`",
    '"; alert(1); //',
    "'); alert(1); ('",
    "*/ alert(1) /*",
    "</value></data><data name='x'><value>",
    "]]><!--",
    "&amp;&lt;&#0;&quot;",
    "<script>alert(1)</script>",
    "} * { display: none } .x {",
    "url(javascript:alert(1))",
    "\\u0022\\x22\\",
    "{{ 7 * 7 }}{% raw %}",
    "%s %d {0} {value} $& $1",
    "| a | b |\t|---|",
    "# Heading [link](javascript:alert(1)) ![x](y)",
    "--><svg onload=alert(1)>",
    "Größe, naïve, 星 ⭐, 👩‍👩‍👧, e\u0301",
    "\u202egnitar\u202c \u200f\u200e\ufeff",
    "a" * 40,
    "null",
    "__proto__",
    "constructor",
    "0x1F 1e9 NaN",
    "${process.env.HOME}",
    "../../etc/passwd",
    "C:\\Windows\\",
)
PLAIN = "A plain text that says enough."
"""Stands in the place of a hostile text where what surrounds it is looked at."""
STYLES = ("minimal", "standard", "rich")
MASKS = ("", "999", "(999) 999-9999", "AA-9999", "**", "\\9-9", "99/99/9999")


@dataclass(frozen=True)
class Drawn:
    """What to build: the maker's options, the intent as a model would read it, and the parameters it would give."""

    options: BuildOptions
    interpretation: Interpretation
    parameters: Mapping[str, ParameterValue]
    texts: tuple[str, ...] = field(default=())
    """Names of the parameters and options that hold a hostile text."""

    def tamed(self) -> "Drawn":
        """The same with plain texts."""
        options = replace(self.options, **{name: PLAIN for name in self.texts if hasattr(self.options, name)})
        parameters = {name: PLAIN if name in self.texts else value for name, value in self.parameters.items()}
        return replace(self, options=options, parameters=parameters)


def draw(chance: random.Random, capability: Capability) -> Drawn:
    """One specification of a kind."""
    parameters = {p.name: _value(chance, p) for p in capability.parameters if chance.random() < 0.8}
    options = BuildOptions(
        component_name=_name(chance),
        namespace=_name(chance),
        publisher_prefix=chance.choice("abcxyz") + "".join(chance.choices(string.ascii_lowercase + string.digits, k=4)),
        display_name=_text(chance),
        description=_text(chance),
        publisher_name=_name(chance),
        publisher_display_name=_text(chance),
        version=f"{chance.randrange(100)}.{chance.randrange(100)}.{chance.randrange(10_000)}",
        managed=chance.random() < 0.3,
    )
    written = ("display_name", "description", "publisher_display_name")
    texts = [p.name for p in capability.parameters if p.type == "text" and p.name != "mask" and parameters.get(p.name)]
    return Drawn(options, _interpretation(chance, capability), parameters, (*written, *texts))


def _interpretation(chance: random.Random, capability: Capability) -> Interpretation:
    behavior = Behavior(
        interactivity=chance.choice(("editable", "editable", "read-only")),
        validation=chance.choice(("optional", "required")),
    )
    intent = GlobalIntent(
        capability.classification,
        capability.id,
        UiIntent("collect-value", visual_style=chance.choice(STYLES)),
        behavior=behavior,
    )
    return Interpretation(intent, capability.id, "", 1.0, engine="drawn")


def _value(chance: random.Random, parameter: Parameter) -> ParameterValue:
    low = parameter.minimum if parameter.minimum is not None else -1000.0
    high = parameter.maximum if parameter.maximum is not None else 1000.0
    match parameter.type:
        case "boolean":
            return chance.random() < 0.5
        case "integer":
            return chance.choice((int(low), int(high), chance.randint(int(low), int(high)), int(high) + 7))
        case "number":
            return chance.choice((low, high, round(chance.uniform(low, high), chance.randrange(4)), 0.5, 5.0))
        case "choice":
            return chance.choice(parameter.choices)
        case "colour":
            return f"#{chance.randrange(1 << 24):06X}"
        case _ if parameter.name == "mask":
            return chance.choice(MASKS)
        case _:
            return chance.choice(("", _text(chance)))[: parameter.max_length]


def _name(chance: random.Random) -> str:
    letters = string.ascii_letters + string.digits
    return chance.choice(string.ascii_uppercase) + "".join(chance.choices(letters, k=chance.randrange(3, 30)))


def _text(chance: random.Random) -> str:
    parts = [chance.choice(HOSTILE), *(chance.choice(HOSTILE) for _ in range(chance.randrange(2)))]
    return " ".join(parts)[:100]
