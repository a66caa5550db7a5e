"""A second try beside a slow first one: whichever answers first is taken, and both are paid."""

import asyncio

import pytest
from pcf_generator.models.calls import Usage
from pcf_generator.models.money import DayCaps

from tests.unit.generator.doubles.providers import Says, ToldProvider, fails, now


def ledger(at):
    return [(spent.provider, spent.usage, spent.outcome) for spent in at.purse.settled]


async def test_a_second_try_beside_a_slow_first_wins_and_both_are_paid(desk):
    at = desk(ToldProvider("first", [Says(after_s=9)]), ToldProvider("second"), hedge_after_s=2.0)
    began = now()
    answer = await at.ask()
    assert ("second", 2.0, 1) == (answer.provider, pytest.approx(now() - began), at.seen.counts["won"])
    await at.router.aclose()
    assert [("first", Usage(100, 10), "cancelled"), ("second", Usage(100, 10), "answered")] == ledger(at)


async def test_a_quick_first_is_asked_alone(desk):
    second = ToldProvider("second")
    await desk(ToldProvider("first", [Says(after_s=1)]), second, hedge_after_s=2.0).ask()
    assert [] == second.asked


async def test_a_second_try_of_no_use_leaves_the_first_to_answer(desk):
    at = desk(ToldProvider("first", [Says(after_s=9)]), ToldProvider("second", [Says("no")]), hedge_after_s=2.0)
    assert ("first", 1) == ((await at.ask()).provider, at.seen.counts["lost"])


async def test_the_cap_keeps_the_second_try_from_being_made_and_no_more(desk):
    at = desk(ToldProvider("first", [Says(after_s=9)]), ToldProvider("second"), hedge_after_s=2.0)
    at.purse.caps = DayCaps(2_000)
    assert "first" == (await at.ask()).provider


async def test_no_second_try_is_made_without_a_place_in_the_budget(desk):
    second = ToldProvider("second")
    await desk(ToldProvider("first", [Says(after_s=9)]), second, hedge_after_s=2.0, budget_reserve=0).ask()
    assert [] == second.asked


async def test_cancelled_while_two_are_asked_pays_for_both(desk):
    at = desk(ToldProvider("first", [Says(after_s=9)]), ToldProvider("second", [Says(after_s=9)]), hedge_after_s=2.0)
    asking = asyncio.create_task(at.ask())
    await asyncio.sleep(3)
    asking.cancel()
    await at.router.aclose()
    assert ["cancelled"] * 2 == [outcome for _, _, outcome in ledger(at)]
    assert [] == at.purse.reserved


@pytest.mark.parametrize("after_s", [0.0, 0.001, 1.999, 2.0, 2.001, 3.0])
async def test_whenever_it_is_cancelled_every_place_and_every_circuit_is_free_again(desk, after_s):
    hanging = [ToldProvider(name, [fails("server"), Says(after_s=9)]) for name in ("first", "second")]
    at = desk(*hanging, hedge_after_s=2.0, budget_reserve=1)
    asking = asyncio.create_task(at.ask())
    await asyncio.sleep(after_s)
    asking.cancel()
    await at.router.aclose()
    assert ([], 0) == (at.purse.reserved, at.router._budget._held)
    assert len(at.seen.calls) == sum(len(each.asked) for each in hanging) == len(ledger(at))
