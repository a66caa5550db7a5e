"""Many questions at once: chaos, a cap that all run into, and a total outage that all meet."""

import asyncio
import random
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from pcf_generator.models.answers import Candidate
from pcf_generator.models.money import CapReached
from pcf_generator.models.router import NoAnswer, Router
from pcf_runtime.postgres import migrations
from pcf_runtime.postgres.pool import connect

from tests.drills.model_desk import (
    ALL,
    Attempts,
    Books,
    answer,
    asked,
    candidates,
    differences,
    postgres_books,
    question,
    router,
)
from tests.servers.model_apis import Asked, Billed, ModelApis, model_apis
from tests.servers.postgres import Postgres

__all__ = ["Told", "chaos", "many_at_the_cap", "total_outage"]

Told = tuple[list[tuple[str, str]], list[str]]
"""Rows of a table, and what was wrong."""

_AT_ONCE = 40
_CANCELLED = 0.15
_FAULTY = 0.3
_FAULTS = (
    *("rate_limited", "server_500", "server_503", "overloaded", "cut_connection", "no_end_mark", "stream_error"),
    *("malformed_sse", "duplicated_chunks", "wrong_content_type", "empty_answer", "invalid_json", "schema_violation"),
    *("length", "wrong_model", "content_filter", "filtered_midway", "refusal", "reset", "reset_midway", "closed"),
    *("slow_first_token", "slow_chunks", "half_headers", "hang", "stall"),
)
_CAP_MICROS = 20_000


@dataclass(frozen=True, slots=True)
class _Scene:
    apis: ModelApis
    candidates: tuple[Candidate, ...]
    books: Books
    attempts: Attempts

    async def faults(self) -> list[str]:
        return await differences(self.apis, self.books)


async def chaos(server: Postgres, *, calls: int, seed: int) -> Told:
    """Faults and cancellations at random, by three routers that prefer three providers."""
    chance = random.Random(seed)
    outcomes: Counter[str] = Counter()
    began = time.monotonic()
    async with _scene(server) as scene, AsyncExitStack() as stack:
        scene.apis.faults_by(lambda _: chance.choice(_FAULTS) if chance.random() < _FAULTY else None)
        routers = [await stack.enter_async_context(each) for each in _routers(scene, seed)]
        places = asyncio.Semaphore(_AT_ONCE)

        async def one(number: int) -> None:
            async with places:
                cancel_after_s = chance.uniform(0, 0.05) if chance.random() < _CANCELLED else None
                outcomes[await _asked(routers[number % 3], number, cancel_after_s)] += 1

        await asyncio.gather(*map(one, range(calls)))
        await stack.aclose()
        found = [outcome for outcome in outcomes if outcome.startswith("FAULT")] + await scene.faults()
        paid, tokens = await scene.books.paid(), sum(each.input_tokens + each.output_tokens for each in scene.apis.bill)
        attempts = scene.attempts.total
    rows = [
        ("questions, of them cancelled", f"{calls:,}, {outcomes['cancelled']:,}"),
        ("answered, refused with a code", f"{outcomes['answered']:,}, {outcomes['refused']:,}"),
        ("attempts, of them faulty", f"{attempts:,}, {attempts - scene.attempts.by_outcome['answered']:,}"),
        ("calls on the bill, in the ledger", f"{len(scene.apis.bill):,}, {paid.total():,}"),
        ("tokens on the bill, in the ledger", f"{tokens:,}, {_tokens(paid):,}"),
        ("took", f"{time.monotonic() - began:.0f} s"),
    ]
    return rows, found


async def many_at_the_cap(server: Postgres, *, at_once: int, seed: int) -> Told:
    """All at once, again and again, until there is no money left for a single one."""
    outcomes: Counter[str] = Counter()
    async with _scene(server, cap_micros=_CAP_MICROS) as scene:
        async with router(scene.candidates, scene.books, seed=seed, attempts=scene.attempts) as asking:
            waves, answered = 0, 1
            while answered:
                wave = Counter(await asyncio.gather(*(_asked(asking, number, None) for number in range(at_once))))
                outcomes, waves, answered = outcomes + wave, waves + 1, wave["answered"]
        spent, faults = await scene.books.cost_micros(), await scene.faults()
    if outcomes.keys() != {"answered", "at the cap"}:
        faults.append(f"the cap was not met: {dict(outcomes)}")
    if spent > _CAP_MICROS:
        faults.append(f"{spent - _CAP_MICROS} micro-dollars too much")
    rows = [
        ("questions at once, waves of them", f"{at_once:,}, {waves:,}"),
        ("answered, refused at the cap", f"{outcomes['answered']:,}, {outcomes['at the cap']:,}"),
        ("spent, cap (micro-dollars)", f"{spent:,}, {_CAP_MICROS:,}"),
        ("overspent", f"{max(0, spent - _CAP_MICROS):,}"),
    ]
    return rows, faults


async def total_outage(server: Postgres, *, at_once: int, seed: int) -> Told:
    """Nobody answers: how often are they asked?"""
    async with _scene(server) as scene:
        scene.apis.fault("server_503")
        async with router(scene.candidates, scene.books, seed=seed, attempts=scene.attempts) as asking:
            outcomes = Counter(await asyncio.gather(*(_asked(asking, number, None) for number in range(at_once))))
        faults = await scene.faults()
    attempts = len(scene.apis.requests)
    if attempts > 1.2 * at_once or outcomes["refused"] < at_once:
        faults.append(f"{attempts} attempts at {at_once} questions: {dict(outcomes)}")
    rows = [("questions at once, attempts", f"{at_once:,}, {attempts:,} = {attempts / at_once:.2f} (≤ 1.2)")]
    return rows, faults


async def _asked(asking: Router, number: int, cancel_after_s: float | None) -> str:
    task = asyncio.create_task(asked(asking, number))
    if cancel_after_s is not None:
        await asyncio.wait({task}, timeout=cancel_after_s)
        task.cancel()
    try:
        told = await task
    except asyncio.CancelledError:
        return "cancelled"
    except NoAnswer as error:
        return "refused" if error.code.startswith("PCF-LLM-00") else f"FAULT {error}"
    except CapReached:
        return "at the cap"
    if told.value != answer(question(number)[0].text):
        return f"FAULT a wrong answer: {told.value}"
    return "answered"


def _routers(scene: _Scene, seed: int) -> Sequence[AbstractAsyncContextManager[Router]]:
    """Each prefers another provider, and one of them hedges; their circuits rest shortly, so that calls go on."""
    orders = [scene.candidates[turn:] + scene.candidates[:turn] for turn in range(len(ALL))]
    return [
        router(order, scene.books, seed=seed, attempts=scene.attempts, rest_s=0.1, hedge_after_s=hedge_after_s)
        for order, hedge_after_s in zip(orders, (None, None, 0.05), strict=True)
    ]


@asynccontextmanager
async def _scene(server: Postgres, *, cap_micros: int | None = None) -> AsyncIterator[_Scene]:
    url = server.url(server.create_database())
    connection = await connect(url, application="drill")
    await migrations.apply(connection, migrations.shipped("pcf_generator"))
    await connection.close()
    more = {} if cap_micros is None else {"cap_micros": cap_micros}
    with tempfile.TemporaryDirectory(prefix="pcf-drill-") as folder:
        async with (
            model_apis() as apis,
            postgres_books(url, **more) as books,
            candidates(apis, Path(folder), [(provider, "eu") for provider in ALL]) as chosen,
        ):
            apis.answer(_answer)
            yield _Scene(apis, chosen, books, Attempts())


def _answer(question_: Asked) -> dict[str, object]:
    return answer(question_.text)


def _tokens(paid: Counter[Billed]) -> int:
    return sum((line.input_tokens + line.output_tokens) * count for line, count in paid.items())
