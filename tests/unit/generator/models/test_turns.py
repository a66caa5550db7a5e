"""Many questions and nobody to answer them, or only some: how often is anybody asked?"""

import asyncio

import pytest
from pcf_generator.models.router import NoAnswer

from tests.unit.generator.doubles.providers import Says, ToldProvider, fails


async def test_in_a_total_outage_the_circuits_open_and_the_ledger_stays_empty(desk):
    providers = [ToldProvider(name, [fails("server", after_s=1)]) for name in ("first", "second", "third")]
    at = desk(*providers)
    asked = 200
    for _ in range(asked):
        with pytest.raises(NoAnswer):
            await at.ask()
    attempts = sum(len(each.asked) for each in providers)
    assert attempts <= 1.2 * asked
    assert 0 == sum(spent.cost_micros for spent in at.purse.settled)


async def test_in_a_total_outage_that_all_meet_at_once_the_budget_holds(desk):
    """Before any circuit has opened."""
    providers = [ToldProvider(name, [fails("network", after_s=1)]) for name in ("first", "second", "third")]
    at = desk(*providers)
    ended = await asyncio.gather(*(at.ask() for _ in range(200)), return_exceptions=True)
    assert {NoAnswer} == set(map(type, ended))
    assert sum(len(each.asked) for each in providers) <= 240
    assert 0 < at.seen.counts["denied"]


async def test_when_one_is_down_for_all_at_once_another_answers_every_one(desk):
    """What is answered gives its place in the budget back."""
    at = desk(ToldProvider("first", [fails("network", after_s=1)]), ToldProvider("second", [Says(after_s=1)]))
    ended = await asyncio.gather(*(at.ask() for _ in range(200)), return_exceptions=True)
    assert {"second"} == {each.provider for each in ended}
