"""Money: whatever becomes of a call, what the provider counts is settled, and nothing stays reserved."""

import asyncio

import pytest
from pcf_generator.build_store import StoreUnavailable
from pcf_generator.models.calls import Usage
from pcf_generator.models.money import DayCaps

from tests.unit.generator.doubles.providers import Says, ToldProvider, fails, hangs, now
from tests.unit.generator.doubles.purse import MemoryPurse


def ledger(at):
    return [(spent.provider, spent.usage, spent.outcome) for spent in at.purse.settled]


async def test_the_most_is_reserved_before_the_call_and_the_cost_is_settled(desk):
    first = ToldProvider("first")
    at = desk(first)
    first.before = lambda: reserved.extend(at.purse.calls.values())
    reserved = []
    await at.ask()
    assert 1_000 + 100 < reserved[0].most_micros
    assert ([("first", Usage(100, 10), "answered")], []) == (ledger(at), at.purse.reserved)


async def test_what_a_failed_call_is_billed_is_settled_too(desk):
    failing = fails("cut_off", input_tokens=90, output_tokens=50)
    at = desk(ToldProvider("first", [failing]), ToldProvider("second"))
    answer = await at.ask()
    assert [("first", Usage(90, 50), "failed")] * 2 + [("second", Usage(100, 10), "answered")] == ledger(at)
    assert 190 * 2 + 120 == answer.cost_micros


async def test_a_cancelled_call_is_read_to_its_end_for_its_cost(desk):
    at = desk(ToldProvider("first", [Says(after_s=8)]))
    asking = asyncio.create_task(at.ask())
    await asyncio.sleep(1)
    asking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asking
    assert [] == ledger(at)
    began = now()
    await at.router.aclose()
    assert 7.0 == pytest.approx(now() - began)
    assert ([("first", Usage(100, 10), "cancelled")], []) == (ledger(at), at.purse.reserved)
    assert [("first", "cancelled")] == at.seen.calls


async def test_a_call_that_is_too_slow_is_read_to_its_end_as_well(desk):
    at = desk(ToldProvider("first", [Says(after_s=25)]), ToldProvider("second"))
    assert "second" == (await at.ask()).provider
    await at.router.aclose()
    assert [("first", Usage(100, 10), "failed"), ("second", Usage(100, 10), "answered")] == ledger(at)


async def test_reading_on_ends_in_time(desk):
    at = desk(ToldProvider("first", [hangs()]), linger_s=5.0, drain_s=100.0)
    asking = asyncio.create_task(at.ask())
    await asyncio.sleep(1)
    asking.cancel()
    began = now()
    await at.router.aclose()
    assert 24.0 == pytest.approx(now() - began)
    assert ([("first", Usage(), "cancelled")], []) == (ledger(at), at.purse.reserved)


async def test_a_shutdown_does_not_wait_for_ever_and_leaves_what_it_cuts_off_unsettled(desk):
    """Nobody knows what that cost: the purse takes it as unsettled."""
    at = desk(ToldProvider("first", [hangs()]), drain_s=3.0)
    asking = asyncio.create_task(at.ask())
    await asyncio.sleep(1)
    asking.cancel()
    began = now()
    await at.router.aclose()
    assert 3.0 == pytest.approx(now() - began)
    assert ([], 1) == (ledger(at), len(at.purse.reserved))


class SlowPurse(MemoryPurse):
    """Takes its time, and is away when told."""

    reserving_s = 0.0
    away = 0

    async def reserve(self, payer, most_micros):
        await asyncio.sleep(self.reserving_s)
        return await super().reserve(payer, most_micros)

    async def settle(self, reservation, spent):
        if self.away:
            self.away -= 1
            raise StoreUnavailable
        await super().settle(reservation, spent)


async def test_what_is_cancelled_before_it_is_sent_costs_nothing(desk):
    first, purse = ToldProvider("first"), SlowPurse()
    purse.reserving_s = 2.0
    at = desk(first, purse=purse)
    asking = asyncio.create_task(at.ask())
    await asyncio.sleep(1)
    asking.cancel()
    await at.router.aclose()
    assert ([], [], []) == (first.asked, ledger(at), purse.reserved)


async def test_a_purse_that_does_not_answer_is_not_held_against_the_provider(desk):
    purse = SlowPurse()
    purse.reserving_s = 60.0
    at = desk(ToldProvider("first"), purse=purse)
    for _ in range(6):
        with pytest.raises(StoreUnavailable):
            await at.ask()
    assert "closed" == at.seen.breakers["first"]


async def test_a_purse_that_is_away_gets_the_cost_later_and_the_answer_does_not_wait(desk):
    purse = SlowPurse()
    purse.away = 4
    at = desk(ToldProvider("first"), purse=purse)
    began = now()
    await at.ask()
    assert (1.0, 1) == (pytest.approx(now() - began), len(purse.reserved))
    await at.router.aclose()
    assert ([("first", Usage(100, 10), "answered")], []) == (ledger(at), purse.reserved)


async def test_two_hundred_at_once_do_not_pass_the_cap(desk):
    first = ToldProvider("first", [Says(after_s=1)])
    at = desk(first, purse=MemoryPurse(DayCaps(20_000)))
    ended = await asyncio.gather(*(at.ask() for _ in range(200)), return_exceptions=True)
    answered = [each for each in ended if not isinstance(each, Exception)]
    assert 0 < len(answered) == len(first.asked) < 20
    assert sum(spent.cost_micros for spent in at.purse.settled) <= 20_000
    assert [] == at.purse.reserved


async def test_a_fault_of_our_own_is_told_as_it_is_and_blames_nobody(desk):
    def bug():
        raise ZeroDivisionError

    at = desk(ToldProvider("first", before=bug))
    with pytest.raises(ZeroDivisionError):
        await at.ask()
    assert {} == {name: state for name, state in at.seen.breakers.items() if state != "closed"}
