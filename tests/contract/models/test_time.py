"""Time limits, and calls that nobody waits for any more."""

import asyncio
import time

import pytest
from pcf_generator.models.failures import ModelFailure

# What waits for a limit waits for it.
pytestmark = pytest.mark.slow


@pytest.mark.parametrize(
    ("fault", "delay_s", "limits", "timeout_s", "words"),
    [
        ("hang", 0, {}, 0.3, "did not begin to answer"),
        ("hang", 0, {"first_token_s": 0.3}, 10, "did not begin to answer"),
        ("slow_first_token", 5, {"first_token_s": 0.3}, 10, "did not begin to answer"),
        ("stall", 0, {"stall_s": 0.3}, 10, "stopped in its answer"),
        ("slow_chunks", 0.2, {"first_token_s": 10, "stall_s": 5}, 2, "stopped in its answer"),
    ],
)
async def test_a_call_ends_at_the_first_limit_it_meets(
    apis, opened, api, call, answer, fault, delay_s, limits, timeout_s, words
):
    apis.answer(lambda _: {**answer, "words": answer["words"] * 5})
    apis.fault(fault, delay_s=delay_s)
    began = time.monotonic()
    with pytest.raises(ModelFailure, match=words) as caught:
        await opened(api, **limits).complete(call, timeout_s=timeout_s)
    assert "timeout" == caught.value.kind
    assert time.monotonic() - began < min([timeout_s, *limits.values()]) + 1.5


async def test_a_slow_answer_within_its_limits_is_whole(apis, opened, api, call):
    apis.fault("slow_chunks", delay_s=0.02)
    provider = opened(api, stall_s=5, first_token_s=10)
    assert (await provider.complete(call, timeout_s=20)).text


async def test_a_cancelled_call_leaves_at_once_and_is_billed_whole(apis, provider, call):
    apis.fault("slow_first_token", delay_s=30)
    asking = asyncio.create_task(provider.complete(call, timeout_s=60))
    await apis.until(lambda: bool(apis.requests))
    asking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asking
    async with asyncio.timeout(5):
        await apis.until(lambda: bool(apis.bill))


async def test_a_cancelled_call_takes_nothing_from_the_next(apis, provider, call):
    apis.fault("slow_first_token", delay_s=30, times=1)
    asking = asyncio.create_task(provider.complete(call, timeout_s=60))
    await apis.until(lambda: bool(apis.requests))
    asking.cancel()
    await asyncio.gather(asking, return_exceptions=True)
    assert (await provider.complete(call, timeout_s=10)).text
