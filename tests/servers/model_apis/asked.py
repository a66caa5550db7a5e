"""What a client asked, whichever API it spoke, and what it is told."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

__all__ = ["Asked", "Billed", "Ending", "Said", "conversation", "sse", "tokens"]

Ending = Literal["stop", "length", "content_filter", "refusal"]

_PIECE = 24
"""Characters of an answer in one event."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One question as the fake understood it."""

    provider: str
    at: str
    """Which of the provider's addresses it came to."""
    api: str
    """`responses`, `chat` or `messages`."""
    model: str
    instructions: str
    text: str
    wrong_answer: str
    """What the model is said to have answered before, and what was wrong with that; empty the first time."""
    faults: str
    schema_name: str
    schema: Mapping[str, Any]
    max_output_tokens: int
    key: str
    connection: int
    """Which one it came by, counted from 1."""
    headers: Mapping[str, str]
    body: Mapping[str, Any]
    """As it came, for whoever looks for what must not be there."""

    @property
    def input_tokens(self) -> int:
        return tokens(f"{self.instructions}{self.text}{self.wrong_answer}{self.faults}{self.schema}")


@dataclass(frozen=True, slots=True)
class Said:
    """An answer, complete."""

    text: str
    model: str
    input_tokens: int
    output_tokens: int
    ending: Ending = "stop"

    def pieces(self) -> Iterator[str]:
        for start in range(0, len(self.text), _PIECE):
            yield self.text[start : start + _PIECE]


@dataclass(frozen=True, slots=True)
class Billed:
    """A line of the provider's bill."""

    provider: str
    model: str
    input_tokens: int
    output_tokens: int


def conversation(messages: Sequence[Mapping[str, str]]) -> dict[str, str]:
    """The parts of it that `Asked` names: a text, and after a wrong answer that one and its faults."""
    match [(message["role"], message["content"]) for message in messages]:
        case [("user", text)]:
            return {"text": text, "wrong_answer": "", "faults": ""}
        case [("user", text), ("user", faults)]:
            return {"text": text, "wrong_answer": "", "faults": faults}
        case [("user", text), ("assistant", wrong_answer), ("user", faults)]:
            return {"text": text, "wrong_answer": wrong_answer, "faults": faults}
    raise ValueError("no conversation that the product has")


def tokens(text: str) -> int:
    """As many as the fake counts, and never none."""
    return max(1, (len(text) + 3) // 4)


def sse(data: str, event: str = "") -> bytes:
    """One server-sent event."""
    name = f"event: {event}\n" if event else ""
    return f"{name}data: {data}\n\n".encode()
