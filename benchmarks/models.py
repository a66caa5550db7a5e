"""What asking a language model costs us: policy, money, SDK and checks, beside the bare SDK call, in turns.

    python benchmarks/models.py

All ask the same fake, which answers at once, in the same process.
"""

import asyncio
import random
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any, Final

import anthropic
import openai
from building import timed
from pcf_generator.adapters.sqlite.database import Database
from pcf_generator.adapters.sqlite.spending import SqlitePurse
from pcf_generator.models.breakers import LocalBreakers
from pcf_generator.models.calls import Call
from pcf_generator.models.candidates import open_candidates
from pcf_generator.models.catalogue import Catalogue, Entry, Limits
from pcf_generator.models.money import MICROS_MOST, DayCaps, Payer
from pcf_generator.models.policy import Policy
from pcf_generator.models.router import Candidate, Router
from pcf_runtime.ids import new_ulid
from rows import line

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tests.servers.model_apis import ModelApis, model_apis

CALLS = 300
WARM_UP = 30
BAR = "p50 ≤ 3 ms, p99 ≤ 10 ms extra"
VERSION = "2025-04-01-preview"
SCHEMA: Final[dict[str, Any]] = {
    "type": "object",
    "properties": {"kind": {"type": "string"}, "stars": {"type": "integer"}},
    "required": ["kind", "stars"],
    "additionalProperties": False,
}
CALL = Call("INTERPRET_INTENT", "Read what a maker wants. " * 80, "a rating with five stars", "intent", SCHEMA, 500)
NAMED: Final[dict[str, Any]] = {"name": "intent", "schema": SCHEMA, "strict": True}
PAYER = Payer("contoso", "0" * 26)

Ask = Callable[[], Awaitable[object]]


def measure() -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(_compare(Path(folder)))


async def _compare(folder: Path) -> None:
    async with model_apis() as apis, _purse(folder) as purse:
        apis.answer(lambda _: {"kind": "star-rating", "stars": 5})
        for provider, bare in _bare(apis).items():
            (candidate,) = open_candidates(Catalogue((_entry(apis, folder, provider),), Limits()))
            figures = await _extra(bare, partial(_ask, _router(candidate, purse)))
            await candidate.provider.aclose()
            line(f"asking {provider}, over the bare SDK call", figures, BAR)


async def _extra(bare: Ask, ours: Ask) -> str:
    """In turns, so that what else the machine does hits both alike."""
    theirs_s, ours_s = [], []
    for number in range(WARM_UP + CALLS):
        pair = (await timed(bare), await timed(ours))
        if number >= WARM_UP:
            theirs_s.append(pair[0])
            ours_s.append(pair[1])
    bare_50, bare_99 = _quantiles(theirs_s)
    ours_50, ours_99 = _quantiles(ours_s)
    extra = f"p50 {ours_50 - bare_50:+.1f} ms, p99 {ours_99 - bare_99:+.1f} ms"
    return f"{extra} (bare {bare_50:.1f}, {bare_99:.1f} ms)"


def _quantiles(times_s: list[float]) -> tuple[float, float]:
    return statistics.median(times_s) * 1e3, statistics.quantiles(times_s, n=100)[98] * 1e3


async def _ask(router: Router) -> None:
    answer = await router.ask(CALL, PAYER, ends_at=time.monotonic() + 30)
    assert answer.value == {"kind": "star-rating", "stars": 5}


def _router(candidate: Candidate, purse: SqlitePurse) -> Router:
    policy = Policy()
    breakers = LocalBreakers(policy.breaker)
    return Router([candidate], purse, policy=policy, breakers=breakers, chance=random.Random(0))  # noqa: S311 - jitter


@asynccontextmanager
async def _purse(folder: Path) -> AsyncIterator[SqlitePurse]:
    database = await Database.open(folder / "generator.db")
    yield SqlitePurse(database, caps=DayCaps(MICROS_MOST), clock=lambda: datetime.now(UTC), new_id=new_ulid)
    await database.close()


def _entry(apis: ModelApis, folder: Path, provider: Any) -> Entry:
    key = folder / "key"
    key.write_text("sk-bench")
    version = VERSION if provider == "azure" else None
    prices: dict[str, Any] = {"input_price": Decimal(3), "output_price": Decimal(15)}
    return Entry(provider=provider, model="m", key_file=key, base_url=apis.url(provider), api_version=version, **prices)


def _bare(apis: ModelApis) -> Mapping[str, Ask]:
    """As the SDKs' own examples ask for a stream of structured output."""
    key: Final[dict[str, Any]] = {"api_key": "sk-bench", "max_retries": 0}
    responses: Any = openai.AsyncOpenAI(base_url=apis.url("openai"), **key).responses
    messages: Any = anthropic.AsyncAnthropic(base_url=apis.url("anthropic"), **key).messages
    azure: Any = openai.AsyncAzureOpenAI(azure_endpoint=apis.url("azure"), api_version=VERSION, **key).chat.completions
    text: list[Any] = [{"role": "user", "content": CALL.text}]
    return {
        "openai": lambda: _heard(
            responses.create(
                model="m",
                instructions=CALL.instructions,
                input=text,
                text={"format": {"type": "json_schema", **NAMED}},
                max_output_tokens=500,
                store=False,
                stream=True,
            )
        ),
        "anthropic": lambda: _heard(
            messages.create(
                model="m",
                system=CALL.instructions,
                messages=text,
                output_config={"format": {"type": "json_schema", "schema": SCHEMA}},
                max_tokens=500,
                stream=True,
            )
        ),
        "azure": lambda: _heard(
            azure.create(
                model="m",
                messages=[{"role": "system", "content": CALL.instructions}, *text],
                response_format={"type": "json_schema", "json_schema": NAMED},
                max_completion_tokens=500,
                stream=True,
                stream_options={"include_usage": True},
            )
        ),
    }


async def _heard(asked: Awaitable[Any]) -> None:
    async for _ in await asked:
        pass


if __name__ == "__main__":
    measure()
