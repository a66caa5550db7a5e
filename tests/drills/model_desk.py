"""What the drill of language models works with: the router over the real SDKs, and books that can be read."""

import random
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import asyncpg
from pcf_generator.adapters.postgres.opening import open_database
from pcf_generator.adapters.postgres.spending import PostgresPurse
from pcf_generator.adapters.sqlite.database import Database
from pcf_generator.adapters.sqlite.spending import SqlitePurse
from pcf_generator.build_store import StoreUnavailable
from pcf_generator.models.answers import Answer, Unobserved
from pcf_generator.models.breakers import BreakerRules, LocalBreakers
from pcf_generator.models.calls import Call
from pcf_generator.models.candidates import open_candidates
from pcf_generator.models.catalogue import Catalogue, Entry, Limits
from pcf_generator.models.money import MICROS_MOST, DayCaps, Payer, Purse
from pcf_generator.models.policy import Policy
from pcf_generator.models.router import Candidate, Router
from pcf_runtime.ids import new_ulid

from tests.servers.model_apis import Billed, ModelApis

__all__ = [
    "ALL",
    "DEADLINE_S",
    "POLICY",
    "Attempts",
    "Books",
    "answer",
    "asked",
    "candidates",
    "differences",
    "postgres_books",
    "question",
    "router",
    "sqlite_books",
]

ALL = ("openai", "anthropic", "azure")
DEADLINE_S = 6.0
POLICY = Policy(first_pause_s=0.05, longest_pause_s=0.4, linger_s=1.5, drain_s=10.0)
"""The product's, with short times."""

_ROWS = "SELECT state, provider, model, input_tokens, output_tokens, cost_micros, reserved_micros FROM model_calls"
_SCHEMA = {
    "type": "object",
    "properties": {"about": {"type": "string"}, "stars": {"type": "integer"}},
    "required": ["about", "stars"],
    "additionalProperties": False,
}
_PAYER = Payer("contoso", "0" * 26)


@dataclass(frozen=True, slots=True)
class Books:
    """A purse, and all that is written in it."""

    purse: Purse
    _read: Callable[[], Awaitable[Sequence[Any]]]

    async def paid(self) -> Counter[Billed]:
        """Every settled call that cost tokens, as a provider's bill would have it."""
        return Counter(
            Billed(row["provider"], row["model"], row["input_tokens"], row["output_tokens"])
            for row in await self._read()
            if row["state"] == "settled" and row["input_tokens"] + row["output_tokens"]
        )

    async def reserved(self) -> int:
        """How many calls are neither settled nor released."""
        return sum(row["state"] == "reserved" for row in await self._read())

    async def cost_micros(self) -> int:
        return sum(row["cost_micros"] or 0 for row in await self._read())


@asynccontextmanager
async def sqlite_books(folder: Path, *, cap_micros: int = MICROS_MOST) -> AsyncIterator[Books]:
    database = await Database.open(folder / f"{new_ulid()}.db")
    purse = SqlitePurse(database, caps=DayCaps(cap_micros), clock=lambda: datetime.now(UTC), new_id=new_ulid)
    try:
        yield Books(purse, lambda: database.read(lambda connection: connection.execute(_ROWS).fetchall()))
    finally:
        await database.close()


@asynccontextmanager
async def postgres_books(url: str, *, cap_micros: int = MICROS_MOST) -> AsyncIterator[Books]:
    """In a database whose migrations are applied."""
    async with open_database(url, size=8) as database:
        connection = await asyncpg.connect(url)
        try:
            yield Books(
                PostgresPurse(database, caps=DayCaps(cap_micros), new_id=new_ulid), lambda: connection.fetch(_ROWS)
            )
        finally:
            await connection.close()


@dataclass
class Attempts(Unobserved):
    """Counts what was sent."""

    by_outcome: Counter[str] = field(default_factory=Counter)

    @property
    def total(self) -> int:
        return self.by_outcome.total()

    def called(self, provider: str, model: str, outcome: str, latency_s: float) -> None:
        self.by_outcome[outcome] += 1


@asynccontextmanager
async def candidates(
    apis: ModelApis, folder: Path, places: Sequence[tuple[str, str]], *, timeout_s: float = 1.5
) -> AsyncIterator[tuple[Candidate, ...]]:
    """Providers at places of the fake, `("azure", "eu")`, through their SDKs."""
    key = folder / "key"
    key.write_text("sk-drill")
    entries = tuple(
        Entry(
            provider=provider,
            model=f"{provider}-{at}",
            key_file=key,
            input_price=Decimal("2.00"),
            output_price=Decimal("10.00"),
            base_url=apis.url(provider, at),
            api_version="2025-04-01-preview" if provider == "azure" else None,
            timeout_s=timeout_s,
            connect_s=1.0,
            stall_s=0.5,
        )
        for provider, at in places
    )
    opened = open_candidates(Catalogue(entries, Limits()))
    async with AsyncExitStack() as stack:
        for candidate in opened:
            stack.push_async_callback(candidate.provider.aclose)
        yield opened


@asynccontextmanager
async def router(
    chosen: Sequence[Candidate],
    books: Books,
    *,
    seed: int,
    attempts: Attempts,
    rest_s: float = 15.0,
    hedge_after_s: float | None = None,
) -> AsyncIterator[Router]:
    """Closed in the end, with everything settled."""
    rules = BreakerRules(rest_s=rest_s, longest_rest_s=rest_s)
    opened = Router(
        chosen,
        books.purse,
        policy=replace(POLICY, breaker=rules, hedge_after_s=hedge_after_s),
        breakers=LocalBreakers(rules),
        chance=random.Random(seed),
        observer=attempts,
    )
    try:
        yield opened
    finally:
        await opened.aclose()


async def asked(asking: Router, number: int) -> Answer:
    """Like a build, which waits for a purse that is away: on a busy machine it may be."""
    call, payer = question(number)
    ends_at = time.monotonic() + DEADLINE_S
    while True:
        try:
            return await asking.ask(call, payer, ends_at=ends_at)
        except StoreUnavailable:
            if time.monotonic() > ends_at:
                raise


def question(number: int) -> tuple[Call, Payer]:
    """A question, and who pays; `answer` is its answer."""
    return Call("INTERPRET_INTENT", "Say what it is about.", f"question {number}", "about", _SCHEMA, 200), _PAYER


def answer(text: str) -> dict[str, object]:
    """The one right answer to a question's text: as long as its number makes it."""
    number = int(text.rpartition(" ")[2])
    return {"about": f"{text}{'.' * (number % 50)}", "stars": number}


async def differences(apis: ModelApis, books: Books) -> list[str]:
    """Where ledger and bill differ, call by call, and what else should not be."""
    paid, billed = await books.paid(), Counter(apis.bill)
    found = [f"paid and not billed: {line} x {count}" for line, count in (paid - billed).items()]
    found += [f"billed and not paid: {line} x {count}" for line, count in (billed - paid).items()]
    if reserved := await books.reserved():
        found.append(f"{reserved} calls stay reserved")
    return [*found, *apis.misunderstood]
