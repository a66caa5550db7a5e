"""Two ways out that need no other provider to be well: another region, and a second try beside a slow first one."""

import asyncio
import tempfile
from collections.abc import Sequence
from pathlib import Path

from tests.drills.model_desk import answer, candidates, differences, router, sqlite_books
from tests.drills.model_faults import Trial, ask
from tests.servers.model_apis import model_apis

__all__ = ["hedged", "one_region_out"]

_QUESTIONS = 9
_SLOW_S = 1.2


async def one_region_out(*, seed: int) -> Trial:
    """The preferred deployment's region fails, the provider's other one does not."""
    return await _trial([("azure", "eu"), ("azure", "us")], "server_503", _QUESTIONS, seed=seed)


async def hedged(*, seed: int) -> Trial:
    """One call in three is slow: another provider answers, and both are paid."""
    places = [("openai", "eu"), ("anthropic", "us")]
    trial = await _trial(places, "slow_first_token", _QUESTIONS // 3, seed=seed, hedge_after_s=0.2)
    if trial.longest_s > _SLOW_S:
        trial.faults.append(f"a slow one was waited for: {trial.longest_s:.1f} s")
    return trial


async def _trial(
    places: Sequence[tuple[str, str]], fault: str, times: int, *, seed: int, hedge_after_s: float | None = None
) -> Trial:
    trial = Trial()
    with tempfile.TemporaryDirectory(prefix="pcf-drill-") as temporary:
        folder = Path(temporary)
        async with model_apis() as apis, sqlite_books(folder) as books, candidates(apis, folder, places) as chosen:
            apis.answer(lambda question: answer(question.text))
            apis.fault(fault, at="eu", times=times, delay_s=_SLOW_S)
            attempts = trial.attempts
            async with router(chosen, books, seed=seed, attempts=attempts, hedge_after_s=hedge_after_s) as asking:
                await asyncio.gather(*(ask(asking, number, trial, "") for number in range(_QUESTIONS)))
            trial.faults += await differences(apis, books)
    return trial
