"""What a language model is asked, and what it answers: the values every provider shares."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from pcf_generator.models.failures import ModelFailure

__all__ = ["Call", "Correction", "ModelFailure", "Provider", "Reply", "Usage"]


@dataclass(frozen=True, slots=True)
class Correction:
    """Why a call is asked again: sent after `Call.text`, as the model's own message and one more of ours."""

    answer: str
    """What the model answered; empty where nothing of it came, and then only ours is sent."""
    faults: str
    """What is wrong with it, in sentences for the model to read."""


@dataclass(frozen=True, slots=True)
class Call:
    """One question. What the maker wrote is in `text` alone: data, in a message of its own."""

    purpose: str
    """Which of the product's calls it is, such as `INTERPRET_INTENT`."""
    instructions: str
    """From the brain; the system prompt."""
    text: str
    schema_name: str
    schema: Mapping[str, object]
    """JSON Schema of the answer, in the subset all providers enforce: every object closed, every field required."""
    max_output_tokens: int
    correction: Correction | None = None


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens, as the provider counts and bills them."""

    input_tokens: int = 0
    output_tokens: int = 0

    def __add__(self, other: "Usage") -> "Usage":
        return Usage(self.input_tokens + other.input_tokens, self.output_tokens + other.output_tokens)


@dataclass(frozen=True, slots=True)
class Reply:
    """A whole answer: `text` came to its end, and is not looked into yet."""

    text: str
    usage: Usage


class Provider(Protocol):
    """One model of one provider, asked once: no retries in here."""

    @property
    def provider(self) -> str:
        """`openai`, `anthropic`, `azure` or `scripted`."""

    @property
    def model(self) -> str:
        """The model's name there."""

    async def complete(self, call: Call, *, timeout_s: float) -> Reply:
        """Ask, and read the stream to its end mark; ModelFailure.

        Cancelling it abandons the connection: who wants to know what that cost shields it.
        """

    async def aclose(self) -> None:
        """Close the connections."""
