"""The model of a build where language models are configured: the offline engine first, and they where it is unsure.

What the engine is sure of stands, whatever a language model says. Where none answers, what the engine says stands
too, and with it that none answered.
"""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from functools import partial

from pcf_generator.domain.build import Build
from pcf_generator.domain.capability import Capability, Kind
from pcf_generator.domain.consulted import Consulted
from pcf_generator.domain.intent import Interpretation
from pcf_generator.domain.language import LanguageRules
from pcf_generator.domain.refusal import Choice, Question
from pcf_generator.domain.stage import Stage
from pcf_generator.models.asking.consulting import Asks, Consultant, Errand
from pcf_generator.models.asking.intent_answer import IntentAnswer, read_intent
from pcf_generator.models.asking.intent_call import intent_call
from pcf_generator.models.asking.interpreting import NOTHING_SAID, asked_by, interpretation, none_of_these
from pcf_generator.models.asking.spec_answer import MAX_TEXT, read_spec, spec_faults
from pcf_generator.models.asking.spec_call import spec_call
from pcf_generator.models.money import Payer
from pcf_generator.models.offline.engine import KIND_CERTAIN, KIND_QUESTION, OfflineEngine
from pcf_generator.models.offline.kinds import by_id
from pcf_generator.models.offline.tokens import readable
from pcf_generator.ports.knowledge import Knowledge, LanguageUnknown, LanguageUnread
from pcf_generator.ports.model import Brief, Draft

REFERENCE_LANGUAGE = "en"
"""In which kinds and questions are told where the prompt's own has no lexicon."""
NOBODY = Errand(Payer("", ""), float("-inf"))
"""Asks nothing: who has no build has no time for it."""


class ConsideredModel:
    """Implements `Model`, for the build of `errand`."""

    def __init__(
        self, engine: OfflineEngine, asks: Asks, *, models: str, limit_s: float, errand: Errand = NOBODY
    ) -> None:
        """`models` tells this configuration of language models from others; `limit_s` is for one question."""
        self._engine = engine
        self._asks = asks
        self._models = models
        self._limit_s = limit_s
        self._consult = Consultant(asks, errand, limit_s=limit_s)

    @property
    def name(self) -> str:
        return f"{self._engine.name}, {self._models}"

    def for_build(self, build: Build, ends_at: float) -> "ConsideredModel":
        """The same for one build: its tenant pays, until the monotonic clock says `ends_at`."""
        errand = Errand(Payer(build.tenant, build.id), ends_at)
        return ConsideredModel(self._engine, self._asks, models=self._models, limit_s=self._limit_s, errand=errand)

    async def interpret(self, brief: Brief, *, knowledge: Knowledge) -> Interpretation | Question:
        """Read the prompt; ask a language model which kind is meant, unless the engine knows or asks something else."""
        own: Interpretation | Question | None = None
        with suppress(LanguageUnknown):
            own = await self._engine.interpret(brief, knowledge=knowledge)
        if own is not None and _is_sure(own):
            return own
        rules = await knowledge.language(REFERENCE_LANGUAGE if own is None else brief.language)
        offered = _offered(own, rules)
        call = intent_call(brief.prompt, await knowledge.prompt(Stage.INTERPRET), offered=offered, rules=rules)
        heard = await self._consult(call, release=knowledge.release)
        if heard.value is None:
            return _unanswered(own, brief, rules, heard.consulted)
        answer = read_intent(heard.value, brief.prompt, offered=offered, rules=rules)
        return await self._considered(brief, own, answer, heard.consulted, rules=rules, knowledge=knowledge)

    async def specify(self, brief: Brief, capability: Capability, *, knowledge: Knowledge) -> Draft | Question:
        """Read the parameters; ask a language model for those the engine left open, if it left words over."""
        try:
            own = await self._engine.specify(brief, capability, knowledge=knowledge)
        except LanguageUnknown:
            own = Draft({})
        else:
            if isinstance(own, Question) or not own.unmapped_phrases:
                return own
        phrases = own.unmapped_phrases
        still_open = [each for each in capability.parameters if each.name not in own.parameters]
        if not still_open:
            return own
        file = await knowledge.prompt(Stage.SPECIFY)
        call = spec_call(brief.prompt, file, capability, still_open=still_open, phrases=phrases)
        heard = await self._consult(call, release=knowledge.release, repair=partial(spec_faults, still_open=still_open))
        if heard.value is None:
            return Draft(own.parameters, phrases or (readable(brief.prompt)[:MAX_TEXT],), (heard.consulted,))
        answer = read_spec(heard.value, brief.prompt, call, still_open=still_open, phrases=phrases)
        return Draft({**answer.parameters, **own.parameters}, answer.not_understood, (heard.consulted,))

    async def _considered(
        self,
        brief: Brief,
        own: Interpretation | Question | None,
        answer: IntentAnswer,
        consulted: Consulted,
        *,
        rules: LanguageRules,
        knowledge: Knowledge,
    ) -> Interpretation | Question:
        """What the engine and the answer come to together."""
        if contradiction := asked_by(answer, brief, rules):
            return contradiction
        if chosen := by_id(rules.kinds, brief.answers.get(KIND_QUESTION, "")):
            answer = replace(answer, kind=chosen.id, confidence=KIND_CERTAIN)
        is_one_of_some = isinstance(own, Question) and len(own.choices) < len(rules.kinds)
        if answer.is_sure and answer.names_none and not is_one_of_some:
            return none_of_these(own, answer, consulted, rules)
        kind = by_id(rules.kinds, answer.kind)
        if kind is None or not answer.is_sure:
            return _kind_question(own, rules)
        base, signals = None, NOTHING_SAID.settled(rules.questions, brief.answers)
        if own is not None:
            settled = replace(brief, answers={**brief.answers, KIND_QUESTION: kind.id})
            base = await self._engine.interpret(settled, knowledge=knowledge)
            signals = await self._engine.signals(brief, knowledge=knowledge)
        return interpretation(kind, brief, base, signals, answer, consulted, rules=rules)


def _is_sure(own: Interpretation | Question) -> bool:
    """A question about anything but the kind is a contradiction, which only its maker can settle."""
    return bool(own.kind) if isinstance(own, Interpretation) else own.question_id != KIND_QUESTION


def _offered(own: Interpretation | Question | None, rules: LanguageRules) -> Sequence[Kind]:
    if not isinstance(own, Question):
        return rules.kinds
    ids = {choice.choice_id for choice in own.choices}
    return [kind for kind in rules.kinds if kind.id in ids]


def _unanswered(
    own: Interpretation | Question | None, brief: Brief, rules: LanguageRules, consulted: Consulted
) -> Question:
    if own is None:
        raise LanguageUnread(brief.language, consulted)
    question = _kind_question(own, rules)
    return replace(question, text=f"{question.text} {consulted.note}", unanswered=consulted.code)


def _kind_question(own: Interpretation | Question | None, rules: LanguageRules) -> Question:
    """The engine's question, or the one for all kinds."""
    if isinstance(own, Question):
        return own
    choices = tuple(Choice(kind.id, kind.display_name) for kind in rules.kinds)
    return Question(KIND_QUESTION, rules.kind_question.code, rules.kind_question.unsure, choices)
