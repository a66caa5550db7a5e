"""What can go wrong, by name. Those of `refusals` are faults too."""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace

from tests.servers.model_apis.asked import Asked, Said, sse
from tests.servers.model_apis.refusals import REFUSALS, broken_off

__all__ = ["ANSWERS", "FAULTS", "STREAMS", "UNBILLED", "Planned"]

_HUGE_BYTES = 64 * 1024 * 1024
_FILLER = "x" * 65_536


@dataclass(slots=True)
class Planned:
    """A fault that waits for the requests it is meant for."""

    name: str
    times: int | None
    """How many more requests; None is all."""
    provider: str | None
    at: str | None
    retry_after: str | None
    retry_after_ms: str | None
    delay_s: float

    def takes(self, asked: Asked) -> bool:
        return self.times != 0 and self.provider in {None, asked.provider} and self.at in {None, asked.at}


ANSWERS: Mapping[str, Callable[[Said], Said]] = {
    "empty_answer": lambda said: replace(said, text="", output_tokens=1),
    "invalid_json": lambda said: replace(said, text=f"{said.text[: len(said.text) // 2]} and so on"),
    "schema_violation": lambda said: replace(said, text='{"not": ["what", "was", "asked", "for"]}'),
    "wrong_model": lambda said: replace(said, model="some-other-model"),
    "length": lambda said: replace(said, text=said.text[: len(said.text) // 2], ending="length"),
    "filtered_midway": lambda said: replace(said, text=said.text[: len(said.text) // 2], ending="content_filter"),
    "refusal": lambda said: replace(said, text="I would rather not.", ending="refusal"),
}
"""Whole streams of an answer that is of no use. The provider bills them."""


def _half(_: Asked, events: list[bytes]) -> Iterator[bytes]:
    yield from events[: len(events) // 2]


def _without_end(_: Asked, events: list[bytes]) -> Iterator[bytes]:
    yield from events[:-2]


def _malformed(_: Asked, events: list[bytes]) -> Iterator[bytes]:
    yield from events[:2]
    yield sse('{"choices": [{"delta": {"con', "content_block_delta")
    yield from events[2:]


def _not_the_protocol(_: Asked, events: list[bytes]) -> Iterator[bytes]:
    for _event in events:
        yield sse(json.dumps({"hello": ["there"]}), "greeting")


def _twice(_: Asked, events: list[bytes]) -> Iterator[bytes]:
    for event in events:
        yield event
        yield event


def _huge(_: Asked, events: list[bytes]) -> Iterator[bytes]:
    """Pieces of text without an end: the longest event of a stream is one that holds text."""
    yield from events[: len(events) // 2]
    piece = next((event for event in events if b"delta" in event and b'"ping"' not in event), events[0])
    for _count in range(_HUGE_BYTES // len(_FILLER)):
        yield (
            piece.replace(b'"delta": "', b'"delta": "' + _FILLER.encode())
            .replace(b'"content": "', b'"content": "' + _FILLER.encode())
            .replace(b'"text": "', b'"text": "' + _FILLER.encode())
        )
    yield from events[len(events) // 2 :]


def _one_huge_line(_: Asked, events: list[bytes]) -> Iterator[bytes]:
    yield from events[:2]
    yield b"data: "
    for _count in range(_HUGE_BYTES // len(_FILLER)):
        yield _FILLER.encode()
    yield b"\n\n"


def _broken_off(asked: Asked, events: list[bytes]) -> Iterator[bytes]:
    yield from events[: len(events) // 2]
    name, body = broken_off(asked)
    yield sse(json.dumps(body), name)


STREAMS: Mapping[str, Callable[[Asked, list[bytes]], Iterator[bytes]]] = {
    "cut_stream": _half,
    "no_end_mark": _without_end,
    "malformed_sse": _malformed,
    "not_the_protocol": _not_the_protocol,
    "stream_error": _broken_off,
    "huge_answer": _huge,
    "huge_line": _one_huge_line,
    "duplicated_chunks": _twice,
}
"""Whole HTTP answers whose events are not what they should be."""

_CARRIED = (
    "hang",
    "slow_first_token",
    "slow_chunks",
    "stall",
    "reset",
    "reset_midway",
    "closed",
    "cut_connection",
    "half_headers",
    "wrong_content_type",
    "redirect",
)
"""Faults on the way; see `delivery`."""

UNBILLED = frozenset(
    {*REFUSALS, *STREAMS, *_CARRIED} - {"duplicated_chunks", "slow_first_token", "slow_chunks"},
)
"""The provider's own failures: it bills none, whoever hangs up first."""

FAULTS = frozenset({*REFUSALS, *ANSWERS, *STREAMS, *_CARRIED})
