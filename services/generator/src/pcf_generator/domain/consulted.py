"""What a language model was asked on a build's way: for the report and the audit log, never the words themselves."""

from dataclasses import dataclass

NOTES = {
    "PCF-LLM-001": "The language model could not be asked: none answered.",
    "PCF-LLM-002": "The language model could not be asked: what it answered was not JSON.",
    "PCF-LLM-003": "The language model could not be asked: what it answered did not have the shape asked for.",
    "PCF-LLM-004": "The language model could not be asked: none answered in time.",
    "PCF-LLM-005": "The language model could not be asked: its limit, or the day's for what it may cost, is reached.",
}
"""By the code under which a call failed."""
CAP_REACHED = "PCF-LLM-005"
NO_ANSWER = "PCF-LLM-001"


@dataclass(frozen=True, slots=True)
class Consulted:
    """One question to a language model. One that was answered before, to whomever, costs nothing: it is `cached`."""

    purpose: str
    provider: str = ""
    model: str = ""
    input_tokens: int = 0
    output_tokens: int = 0
    cost_micros: int = 0
    """Micro-dollars."""
    attempts: int = 0
    cached: bool = False
    code: str = ""
    """Why there was no answer; empty when there was one."""

    @property
    def who(self) -> str:
        """The model that answered, with its provider; empty when none did."""
        return "" if self.code else f"{self.provider}/{self.model}"

    @property
    def note(self) -> str:
        """What people are told when there was no answer; else empty."""
        return NOTES.get(self.code, NOTES[NO_ANSWER]) if self.code else ""


def degraded(consulted: tuple[Consulted, ...]) -> bool:
    """Whether something was left unsettled because no language model answered."""
    return any(call.code for call in consulted)
