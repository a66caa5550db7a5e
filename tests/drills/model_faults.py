"""What can go wrong with a language model, each put to the router through the real SDKs in three ways.

One provider is ill and the others are well; all are ill; a single one is ill for a moment.
"""

import asyncio
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from pcf_generator.models.router import NoAnswer, Router

from tests.drills.model_desk import (
    ALL,
    DEADLINE_S,
    Attempts,
    answer,
    asked,
    candidates,
    differences,
    question,
    router,
    sqlite_books,
)
from tests.servers.model_apis import model_apis

__all__ = ["FAULTS", "Case", "Trial", "ask", "tried"]

_QUESTIONS = 3
_LATE_S = 0.5
"""A busy machine is no fault of the router."""


@dataclass(frozen=True, slots=True)
class Case:
    """A fault, and what is right when it meets everybody."""

    name: str
    fault: str = ""
    code: str = "PCF-LLM-001"
    """Or more than one, with a comma."""
    heals: bool = True
    """Whether asking the same provider again may help."""
    at: str = "eu"
    """Where ill providers are."""
    more: Mapping[str, object] = field(default_factory=dict)
    harmless_for: frozenset[str] = frozenset()
    """Who cannot be told from being well, or is."""


FAULTS: Sequence[Case] = (
    Case("429 storm", "rate_limited", "PCF-LLM-005"),
    Case("429 with Retry-After", "rate_limited", "PCF-LLM-005", more={"retry_after": "1"}),
    Case(
        "429 with Retry-After past the deadline", "rate_limited", "PCF-LLM-005", heals=False, more={"retry_after": "30"}
    ),
    Case("500", "server_500"),
    Case("503", "server_503"),
    Case("529 overloaded", "overloaded"),
    Case("timeout: no answer at all", "hang", "PCF-LLM-004"),
    Case("slow first token, too slow", "slow_first_token", "PCF-LLM-004", more={"delay_s": 2.0}),
    Case("slow first token, in time", "slow_first_token", more={"delay_s": 0.3}, harmless_for=frozenset(ALL)),
    Case("stall in the middle", "stall", "PCF-LLM-004"),
    Case("stream cut in the middle", "cut_connection"),
    Case("stream without its end mark", "no_end_mark"),
    Case("error in the middle of a stream", "stream_error"),
    Case("malformed events", "malformed_sse"),
    Case("duplicated events", "duplicated_chunks", harmless_for=frozenset({"openai"})),
    Case("wrong content type", "wrong_content_type"),
    Case("empty answer", "empty_answer", "PCF-LLM-002"),
    Case("invalid JSON", "invalid_json", "PCF-LLM-002"),
    Case("schema violation", "schema_violation", "PCF-LLM-003"),
    Case("cut off at the token limit", "length", "PCF-LLM-003"),
    Case("wrong model answers", "wrong_model", heals=False, harmless_for=frozenset({"azure"})),
    Case("unknown model", "unknown_model", heals=False),
    Case("auth failure", "auth", heals=False),
    Case("quota", "quota", heals=False),
    Case("content filter", "content_filter", heals=False),
    Case("content filter in the middle", "filtered_midway", heals=False),
    Case("the model refuses", "refusal", heals=False),
    # Where resolvers take their time to say no, it is a timeout.
    Case("DNS failure", code="PCF-LLM-001, PCF-LLM-004", at="unresolved", heals=False),
    Case("TLS failure", at="bad_tls", heals=False),
    Case("connection refused", at="refused", heals=False),
    Case("connection reset", "reset"),
    Case("connection reset in the middle", "reset_midway"),
)


@dataclass
class Trial:
    """What came of one fault, put in one way."""

    right: int = 0
    clear: int = 0
    """Errors that were due."""
    faults: list[str] = field(default_factory=list)
    attempts: Attempts = field(default_factory=Attempts)
    asked: int = 0
    longest_s: float = 0.0


async def tried(case: Case, *, seed: int) -> dict[str, list[Trial]]:
    """By the way it was put: whether everything is as it should be."""
    others = [[provider, *(other for other in ALL if other != provider)] for provider in ALL]
    one_ill = [_trial(case, order, ill=order[:1], seed=seed, expected="") for order in others]
    all_ill = [_trial(case, ALL, ill=ALL, seed=seed, expected="" if case.harmless_for else case.code)]
    alone = [
        _trial(
            case, [each], ill=[each], seed=seed, times=_QUESTIONS, expected="" if _recovers(case, each) else case.code
        )
        for each in ALL
    ]
    told = await asyncio.gather(*one_ill, *all_ill, *alone)
    return {"one": list(told[:3]), "all": list(told[3:4]), "alone": list(told[4:])}


def _recovers(case: Case, provider: str) -> bool:
    return case.heals or provider in case.harmless_for


async def _trial(
    case: Case, order: Sequence[str], *, ill: Sequence[str], seed: int, expected: str, times: int | None = None
) -> Trial:
    trial = Trial()
    places = [(provider, case.at if provider in ill else "eu") for provider in order]
    with tempfile.TemporaryDirectory(prefix="pcf-drill-") as temporary:
        folder = Path(temporary)
        async with model_apis() as apis, sqlite_books(folder) as books, candidates(apis, folder, places) as chosen:
            apis.answer(lambda question: answer(question.text))
            for provider in ill if case.fault else ():
                apis.fault(case.fault, provider=provider, times=times, **case.more)
            async with router(chosen, books, seed=seed, attempts=trial.attempts) as asking:
                await asyncio.gather(*(ask(asking, number, trial, expected) for number in range(_QUESTIONS)))
            trial.faults += await differences(apis, books)
    return trial


async def ask(asking: Router, number: int, trial: Trial, expected: str) -> None:
    trial.asked += 1
    began = time.monotonic()
    try:
        told = await asked(asking, number)
    except NoAnswer as error:
        if error.code in expected:
            trial.clear += 1
        else:
            trial.faults.append(f"{error.code} where {expected or 'an answer'} was due: {error}")
    else:
        if expected:
            trial.faults.append(f"an answer of {told.provider} where {expected} was due")
        elif told.value != answer(question(number)[0].text):
            trial.faults.append(f"a wrong answer: {told.value}")
        else:
            trial.right += 1
    took_s = time.monotonic() - began
    trial.longest_s = max(trial.longest_s, took_s)
    if took_s > DEADLINE_S + _LATE_S:
        trial.faults.append(f"{took_s:.1f} s where {DEADLINE_S} were given")
