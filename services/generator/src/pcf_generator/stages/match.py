"""Stage 2 of 7, match: finds the kind of control that serves an intent.

Takes:  Interpretation             Gives:  Match
Asks:   the brain                  Fails:  PCF-CAP-001 (no such kind), PCF-CAP-003 (a wish the kind refuses)
"""

from collections.abc import Sequence
from difflib import SequenceMatcher

from pcf_generator.domain.capability import Capability, Kind, Prohibition
from pcf_generator.domain.intent import Interpretation
from pcf_generator.domain.judgement import Match
from pcf_generator.domain.refusal import Problem, Refusal
from pcf_generator.domain.stage import Stage
from pcf_generator.ports.knowledge import Knowledge, LanguageUnknown

REFERENCE_LANGUAGE = "en"


async def run(interpretation: Interpretation, *, language: str, knowledge: Knowledge) -> Match:
    """Find the kind, and check that it refuses none of the wishes."""
    if not interpretation.kind:
        raise Refusal(_none_fits(interpretation, await _kinds(language, knowledge)))
    capability = await knowledge.capability(interpretation.kind, stage=Stage.MATCH)
    refused = [p for p in capability.prohibitions if p.wish in interpretation.wishes]
    if refused:
        raise Refusal(_refused(capability, refused))
    return Match(capability.id, knowledge.release)


async def _kinds(language: str, knowledge: Knowledge) -> Sequence[Kind]:
    """The kinds with their words in the prompt's language, or in English when only a language model can read it."""
    try:
        return await knowledge.kinds(language)
    except LanguageUnknown:
        return await knowledge.kinds(REFERENCE_LANGUAGE)


def _none_fits(interpretation: Interpretation, kinds: Sequence[Kind]) -> Problem:
    nearest = max(kinds, key=lambda kind: _likeness(interpretation.wanted, kind))
    named = ", ".join(kind.display_name for kind in kinds)
    return Problem(
        code="PCF-CAP-001",
        stage=Stage.MATCH,
        message="no kind of control fits the intent",
        user_message=f"There is no control of this kind yet. What can be built: {named}.",
        suggestion=f"The nearest kind is “{nearest.display_name}”: {nearest.description}",
        alternatives=tuple(kind.id for kind in kinds),
        details={"nearest": nearest.id},
    )


def _refused(capability: Capability, refused: Sequence[Prohibition]) -> Problem:
    first = refused[0]
    return Problem(
        code="PCF-CAP-003",
        stage=Stage.MATCH,
        message=f"{capability.id} refuses: {', '.join(p.id for p in refused)}",
        user_message=" ".join(p.reason for p in refused),
        suggestion=first.alternative,
        alternatives=tuple(p.alternative for p in refused),
        details={"capability": capability.id, "prohibition": first.id},
    )


def _likeness(wanted: str, kind: Kind) -> float:
    names = (kind.display_name, *kind.strong, *kind.weak, *kind.tags)
    return max(SequenceMatcher(None, wanted.lower(), name.lower()).ratio() for name in names)
