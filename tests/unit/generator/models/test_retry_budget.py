"""The retry budget: a fifth of the questions may be asked once more in vain."""

import asyncio

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pcf_generator.models.retry_budget import RetryBudget

from tests.unit.generator.doubles.providers import now


@pytest.fixture
def budget(quick):
    def opened(questions=0, reserve=2):
        made = RetryBudget(share=0.2, reserve=reserve, window_s=60.0, clock=now)
        for _ in range(questions):
            made.asked()
        return made

    return opened


async def test_a_quiet_service_has_its_reserve(budget):
    quiet = budget()
    assert [True, True, False] == [quiet.take() for _ in range(3)]


async def test_a_busy_one_has_its_share(budget):
    busy = budget(questions=50)
    assert 10 == sum(busy.take() for _ in range(50))


async def test_what_was_answered_costs_nothing(budget):
    quiet = budget()
    for _ in range(50):
        assert quiet.take()
        quiet.give_back()


async def test_what_was_in_vain_is_remembered_for_the_window(budget):
    quiet = budget()
    for _ in range(2):
        quiet.take()
        quiet.lose()
    assert not quiet.take()
    await asyncio.sleep(59.9)
    assert not quiet.take()
    await asyncio.sleep(0.1)
    assert quiet.take()


async def test_whoever_waits_gets_the_place_that_comes_back(budget):
    quiet = budget(reserve=1)
    quiet.take()
    waiting = asyncio.create_task(quiet.wait(ends_at=now() + 10))
    await asyncio.sleep(3)
    quiet.give_back()
    assert await waiting


async def test_whoever_waits_is_told_when_no_place_can_come_back(budget):
    quiet = budget(reserve=1)
    quiet.take()
    waiting = asyncio.create_task(quiet.wait(ends_at=now() + 10))
    await asyncio.sleep(3)
    quiet.lose()
    assert not await waiting
    assert not await quiet.wait(ends_at=now() + 10)


async def test_nobody_waits_longer_than_it_has(budget):
    quiet = budget(reserve=1)
    quiet.take()
    began = now()
    assert not await quiet.wait(ends_at=began + 10)
    assert 10 == now() - began


@settings(derandomize=True)
@given(st.lists(st.sampled_from(["ask", "retry in vain", "retry well"]), max_size=300))
def test_within_a_window_vain_retries_are_never_more_than_reserve_or_share(steps):
    made = RetryBudget(share=0.2, reserve=3, window_s=60.0, clock=lambda: 0.0)
    asked = lost = 0
    for step in steps:
        if step == "ask":
            made.asked()
            asked += 1
        elif made.take() and step == "retry in vain":
            made.lose()
            lost += 1
        elif made._held:
            made.give_back()
    assert lost <= max(3, 0.2 * asked)
