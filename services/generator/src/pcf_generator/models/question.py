"""One question on its way: who was asked, how they failed, and who may be asked once more."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace

from pcf_generator.models.answers import Answer, Candidate, Failed, NoAnswer
from pcf_generator.models.calls import Call, Correction, Reply, Usage
from pcf_generator.models.failures import FailureKind, ModelFailure
from pcf_generator.models.forms import Form, Unfit
from pcf_generator.models.money import Payer
from pcf_generator.models.policy import UNFIT, Policy

__all__ = ["Question"]

_CUT_OFF = "The answer was cut off at the limit of its length. Answer again, as briefly as the schema allows."
_EMPTY = "There was no answer."


@dataclass(slots=True)
class _Asked:
    """What was made of one candidate."""

    attempts: int = 0
    last: FailureKind | None = None
    is_spent: bool = False
    """No use in asking it again."""
    correction: Correction | None = None


class Question:
    """Counts by the policy's table."""

    def __init__(self, call: Call, payer: Payer, *, form: Form, ends_at: float, policy: Policy) -> None:
        self._call = call
        self._policy = policy
        self._asked: dict[str, _Asked] = {}
        self._retries: Counter[FailureKind] = Counter()
        self._corrected = 0
        self._failures: list[Failed] = []
        self._usage = Usage()
        self._cost_micros = 0
        self.payer = payer
        self.form = form
        self.ends_at = ends_at
        self.rounds = 0
        """How often there was a pause."""
        self.correcting: Candidate | None = None
        """Who is to be asked at once what is wrong with its answer."""

    @property
    def attempts(self) -> int:
        return sum(asked.attempts for asked in self._asked.values())

    def attempts_of(self, candidate: Candidate) -> int:
        return self._of(candidate).attempts

    def call_for(self, candidate: Candidate) -> Call:
        """The call as this one gets it."""
        return replace(self._call, correction=self._of(candidate).correction)

    def begins(self, candidate: Candidate) -> None:
        """One more attempt, as the candidate's last failure allows."""
        asked = self._of(candidate)
        asked.attempts += 1
        if asked.last is not None and asked.last not in UNFIT:
            self._retries[asked.last] += 1
        self.correcting = None

    def may_ask(self, candidate: Candidate) -> bool:
        """Whether the table lets it be asked, for the first time or again."""
        asked = self._of(candidate)
        if asked.is_spent:
            return False
        return asked.last is None or self._retries[asked.last] < self._policy.retries[asked.last]

    def give_up(self, candidate: Candidate) -> None:
        self._of(candidate).is_spent = True

    def paid(self, candidate: Candidate, usage: Usage) -> None:
        self._usage += usage
        self._cost_micros += candidate.price.cost(usage)

    def failed(self, candidate: Candidate, failure: ModelFailure) -> None:
        """No whole answer."""
        self._note(candidate, failure.kind)
        if failure.kind in UNFIT:
            faults = _CUT_OFF if failure.kind is FailureKind.CUT_OFF else _EMPTY
            self._correct(candidate, failure.kind, Correction("", faults))

    def unfit(self, candidate: Candidate, reply: Reply, unfit: Unfit) -> None:
        """A whole answer, and no use."""
        self._note(candidate, unfit.kind)
        faults = "\n".join(f"- {fault}" for fault in unfit.faults)
        # What is too long is not sent back.
        answer = reply.text if len(reply.text.encode(errors="replace")) <= self._policy.answer_most_bytes else ""
        told = f"That answer cannot be used:\n{faults}\nAnswer again, with nothing but JSON of the schema."
        self._correct(candidate, unfit.kind, Correction(answer, told))

    def answered(self, candidate: Candidate, value: Mapping[str, object]) -> Answer:
        provider = candidate.provider
        return Answer(value, provider.provider, provider.model, self._usage, self._cost_micros, self.attempts)

    def unanswered(self, otherwise: FailureKind) -> NoAnswer:
        """By the last failure; by the other kind when nobody was asked."""
        return NoAnswer(self._failures[-1][2] if self._failures else otherwise, tuple(self._failures))

    def _note(self, candidate: Candidate, kind: FailureKind) -> None:
        asked = self._of(candidate)
        asked.last = kind
        asked.is_spent = self._policy.retries[kind] == 0
        asked.correction = None
        self._failures.append((candidate.provider.provider, candidate.provider.model, kind))

    def _correct(self, candidate: Candidate, kind: FailureKind, correction: Correction) -> None:
        """Ask again at once, if that was not done too often; the retries of an answer are counted here."""
        asked = self._of(candidate)
        most = self._policy.retries[FailureKind.SCHEMA]
        if self._corrected >= most or self._retries[kind] >= self._policy.retries[kind]:
            asked.is_spent = True
            return
        self._corrected += 1
        self._retries[kind] += 1
        asked.correction = correction
        self.correcting = candidate

    def _of(self, candidate: Candidate) -> _Asked:
        return self._asked.setdefault(candidate.target, _Asked())
