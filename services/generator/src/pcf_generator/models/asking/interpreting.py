"""From what the engine and a language model read to one interpretation; where they differ, the engine is right."""

from collections.abc import Mapping
from dataclasses import replace

from pcf_generator.domain.capability import Kind
from pcf_generator.domain.consulted import Consulted
from pcf_generator.domain.intent import Interpretation
from pcf_generator.domain.language import LanguageRules
from pcf_generator.domain.refusal import Choice, Question
from pcf_generator.models.asking.intent_answer import IntentAnswer, merged
from pcf_generator.models.offline.engine import KIND_CERTAIN
from pcf_generator.models.offline.intents import map_intent, map_wishes
from pcf_generator.models.offline.signals import Signals
from pcf_generator.ports.model import Brief

NOTHING_SAID = Signals(frozenset(), frozenset(), {}, frozenset())


def interpretation(
    kind: Kind,
    brief: Brief,
    base: Interpretation | Question | None,
    signals: Signals,
    answer: IntentAnswer,
    consulted: Consulted,
    *,
    rules: LanguageRules,
) -> Interpretation:
    """What both come to. `base` and `signals` are the engine's, the kind being known to it; none in its own words."""
    own = base if isinstance(base, Interpretation) else _blank(rules)
    variables = merged(signals, answer).variables(rules.lexicon.concepts)
    ruled_out = _ruled_out(signals, brief, rules)
    asked = {*map_wishes(rules.wishes, variables), *(wish for wish in answer.wishes if wish not in ruled_out)}
    return Interpretation(
        intent=map_intent(kind, rules.mappings, variables),
        kind=kind.id,
        wanted="",
        confidence=min(answer.confidence, KIND_CERTAIN),
        component_name=own.component_name or answer.component_name,
        namespace=own.namespace or answer.namespace,
        wishes=tuple(rule.wish for rule in rules.wishes if rule.wish in asked),
        subject=own.subject or answer.subject,
        engine=consulted.who,
        consulted=(consulted,),
    )


def none_of_these(
    own: Interpretation | Question | None, answer: IntentAnswer, consulted: Consulted, rules: LanguageRules
) -> Interpretation:
    """That what the prompt asks for is not there, and as far as it is told, what that is."""
    told = own if isinstance(own, Interpretation) else _blank(rules)
    wanted = told.wanted or " ".join(answer.unmapped[:1]) or answer.subject
    return replace(told, wanted=wanted, confidence=answer.confidence, engine=consulted.who, consulted=(consulted,))


def asked_by(answer: IntentAnswer, brief: Brief, rules: LanguageRules) -> Question | None:
    """The question for a contradiction that the model found and the maker has not settled."""
    for rule in rules.questions:
        if rule.id == answer.contradiction and rule.id not in brief.answers:
            choices = tuple(Choice(choice.id, choice.label) for choice in rule.choices)
            return Question(rule.id, rule.code, rule.text, choices)
    return None


def _blank(rules: LanguageRules) -> Interpretation:
    variables = NOTHING_SAID.variables(rules.lexicon.concepts)
    return Interpretation(map_intent(None, rules.mappings, variables), kind="", wanted="", confidence=0.0)


def _ruled_out(signals: Signals, brief: Brief, rules: LanguageRules) -> frozenset[str]:
    """The wishes that the prompt denies, or that the maker's answers do."""
    denied = signals.denied | _unsaid(brief.answers, rules)
    variables = replace(NOTHING_SAID, said=denied).variables(rules.lexicon.concepts)
    return frozenset(map_wishes(rules.wishes, variables))


def _unsaid(answers: Mapping[str, str], rules: LanguageRules) -> frozenset[str]:
    chosen = (c for rule in rules.questions for c in rule.choices if answers.get(rule.id) == c.id)
    return frozenset(concept for choice in chosen for concept in choice.unsay)
