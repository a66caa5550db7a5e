"""What a prompt sets of a kind's parameters, by the kind's own phrases."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pcf_generator.domain.capability import Capability, ParameterValue, Phrase
from pcf_generator.domain.language import Lexicon
from pcf_generator.models.offline import captures
from pcf_generator.models.offline.patterns import Captured, Match, longest_first
from pcf_generator.models.offline.phrases import PhraseSet
from pcf_generator.models.offline.tokens import Token


@dataclass(frozen=True, slots=True)
class ParameterReading:
    """The values said for each parameter, in reading order without repetition; more than one is a conflict."""

    values: Mapping[str, tuple[ParameterValue, ...]]
    understood: frozenset[int]


def read_parameters(
    tokens: Sequence[Token],
    capability: Capability,
    phrases: PhraseSet[Phrase],
    *,
    prompt: str,
    lexicon: Lexicon,
) -> ParameterReading:
    """Find the kind's phrases; where they overlap the longest counts."""
    parameters = {parameter.name: parameter for parameter in capability.parameters}

    def capture(name: str, tokens: Sequence[Token], at: int) -> Captured | None:
        return captures.value(parameters[name], tokens, at, prompt=prompt, lexicon=lexicon)

    found = longest_first(phrases.find(tokens, capture))
    values: dict[str, list[ParameterValue]] = {}
    for match, phrase in found:
        for name, value in _settings(match, phrase).items():
            if value not in values.setdefault(name, []):
                values[name].append(value)
    return ParameterReading(
        {name: tuple(said) for name, said in values.items()},
        frozenset(i for match, _ in found for i in match.claimed),
    )


def _settings(match: Match, phrase: Phrase) -> dict[str, ParameterValue]:
    """What one phrase sets; said in the negative, a switch is set the other way and all else says nothing."""
    if match.negated:
        return {name: not value for name, value in phrase.set.items() if isinstance(value, bool)}
    captured = {name: value for name, value in match.captures.items() if isinstance(value, bool | int | float | str)}
    return {**phrase.set, **captured}
