"""What every purse promises: what is reserved and spent stays within the cap, and nothing that was spent is lost."""

import asyncio
from dataclasses import replace
from datetime import date, timedelta

import pytest
from pcf_generator.models.calls import Usage
from pcf_generator.models.money import (
    MICROS_MOST,
    RESERVED_S,
    CapReached,
    ModelSpending,
    ReservationUnknown,
    Tally,
)

from tests.unit.generator.doubles.purses import ALWAYS, BUILD, CAP, spent

DAY_S = 86_400


async def test_what_is_reserved_counts_until_it_is_settled_and_then_what_it_cost(counting):
    reservation = await counting.reserve(600)
    assert await counting.refused(401)
    assert not await counting.refused(400)
    await counting.purse.settle(reservation, spent(50))
    assert not await counting.refused(950)
    assert await counting.refused(951)


async def test_what_is_released_counts_no_more_and_is_no_call(counting):
    await counting.purse.release(await counting.reserve(CAP))
    standing = await counting.stand()
    assert (Tally(), CAP, 0) == (standing.total, standing.left_micros, standing.unsettled)


@pytest.mark.parametrize("outcome", ["failed", "cancelled"])
async def test_calls_without_an_answer_are_counted_and_paid(counting, outcome):
    await counting.pay(100, outcome=outcome)
    await counting.pay(20)
    total = (await counting.stand()).total
    expected = Tally(calls=2, usage=Usage(14, 6), cost_micros=120)
    assert replace(expected, **{outcome: 1}) == total


async def test_a_second_settlement_changes_nothing(counting):
    reservation = await counting.pay(100)
    before = await counting.stand()
    await counting.purse.settle(reservation, spent(900, model="other"))
    await counting.purse.release(reservation)
    assert before == await counting.stand()


async def test_a_second_release_changes_nothing(counting):
    reservation = await counting.reserve(100)
    await counting.purse.release(reservation)
    await counting.purse.release(reservation)
    assert CAP == (await counting.stand()).left_micros


async def test_what_was_spent_is_counted_even_after_a_release(counting):
    reservation = await counting.reserve(100)
    await counting.purse.release(reservation)
    await counting.purse.settle(reservation, spent(70))
    standing = await counting.stand()
    assert (70, CAP - 70) == (standing.total.cost_micros, standing.left_micros)


async def test_more_than_was_reserved_is_counted_in_full_and_the_cap_refuses_the_next(counting):
    reservation = await counting.reserve(10)
    await counting.purse.settle(reservation, spent(CAP + 500))
    standing = await counting.stand()
    assert (CAP + 500, 0) == (standing.counted_micros, standing.left_micros)
    assert await counting.refused(0)


async def test_a_reservation_that_was_never_made_is_unknown(counting):
    with pytest.raises(ReservationUnknown):
        await counting.purse.settle("never", spent(1))
    with pytest.raises(ReservationUnknown):
        await counting.purse.release("never")


async def test_less_than_nothing_is_refused(counting):
    with pytest.raises(ValueError, match="-1"):
        await counting.reserve(-1)


async def test_nothing_can_be_reserved_at_the_very_cap(counting):
    await counting.reserve(CAP)
    assert not await counting.refused(0)
    assert await counting.refused(1)


async def test_amounts_beyond_any_database_s_numbers_are_above_the_cap(counting):
    assert await counting.refused(2**200, tenant="rich")
    await counting.reserve(MICROS_MOST, tenant="rich")
    assert await counting.refused(1, tenant="rich")


async def test_a_tenant_s_cap_is_its_own(counting):
    await counting.pay(CAP)
    await counting.pay(CAP, tenant="fabrikam")
    assert await counting.refused(1)
    standing = await counting.stand("fabrikam")
    assert (CAP, CAP) == (standing.total.cost_micros, standing.counted_micros)
    assert {"fabrikam"} == {line.tenant for line in await counting.purse.usage("fabrikam", **ALWAYS)}


async def test_a_refusal_says_when_the_next_day_begins_and_then_the_cap_is_whole_again(counting):
    counting.clock.advance(DAY_S - 90)
    await counting.pay(CAP)
    with pytest.raises(CapReached) as refusal:
        await counting.reserve(1)
    assert 90 == refusal.value.retry_after_s
    counting.clock.advance(89.999)
    assert await counting.refused(1)
    counting.clock.advance(0.001)
    assert not await counting.refused(CAP)


async def test_a_call_over_midnight_belongs_to_the_day_it_was_reserved_on(counting):
    counting.clock.advance(DAY_S - 1)
    reservation = await counting.reserve(CAP)
    counting.clock.advance(2)
    await counting.purse.settle(reservation, spent(300))
    assert [date(2026, 1, 1)] == [line.day for line in await counting.purse.usage("contoso", **ALWAYS)]
    assert CAP == (await counting.stand()).left_micros


async def test_a_reservation_that_nobody_settles_is_unsettled_once_it_ran_out_and_still_counts(counting):
    await counting.reserve(400)
    counting.clock.advance(RESERVED_S - 1)
    assert 0 == (await counting.stand()).unsettled
    counting.clock.advance(1)
    standing = await counting.stand()
    assert (1, 400) == (standing.unsettled, standing.unsettled_micros)
    assert (Tally(), CAP - 400) == (standing.total, standing.left_micros)


async def test_a_settlement_that_comes_after_all_takes_the_place_of_what_was_unsettled(counting):
    reservation = await counting.reserve(400)
    counting.clock.advance(RESERVED_S)
    await counting.purse.settle(reservation, spent(30))
    standing = await counting.stand()
    assert (0, 30, CAP - 30) == (standing.unsettled, standing.total.cost_micros, standing.left_micros)


async def test_lines_come_by_day_provider_and_model_page_after_page(counting):
    for _ in range(2):
        for model in ("small", "large"):
            await counting.pay(10, model=model)
            await counting.pay(1, model=model)
        counting.clock.advance(DAY_S)
    lines = await counting.purse.usage("contoso", **ALWAYS)
    days = [date(2026, 1, 1), date(2026, 1, 2)]
    assert [(day, "scripted", model) for day in days for model in ("large", "small")] == [line.place for line in lines]
    assert {11} == {line.tally.cost_micros for line in lines}
    pages, after = [], None
    while page := await counting.purse.usage("contoso", **ALWAYS, after=after, limit=3):
        pages.append(page)
        after = page[-1].place
    assert [lines[:3], lines[3:]] == pages


async def test_only_the_days_that_were_asked_for_are_told_and_added_up(counting):
    for cost in (1, 2, 4):
        await counting.pay(cost)
        counting.clock.advance(DAY_S)
    second = date(2026, 1, 2)
    days = {"first_day": second, "last_day": second}
    assert [2] == [line.tally.cost_micros for line in await counting.purse.usage("contoso", **days)]
    standing = await counting.purse.standing("contoso", **days)
    assert (2, second + timedelta(days=2), CAP) == (standing.total.cost_micros, standing.today, standing.left_micros)


async def test_a_build_s_calls_are_added_up_by_model(counting):
    await counting.pay(10)
    await counting.pay(5, outcome="failed")
    await counting.pay(3, model="large")
    await counting.pay(7, build="another")
    await counting.reserve(9)
    assert [
        ModelSpending("scripted", "large", Tally(1, 0, 0, Usage(7, 3), 3)),
        ModelSpending("scripted", "small", Tally(2, 1, 0, Usage(14, 6), 15)),
    ] == list(await counting.purse.of_build(BUILD))
    assert [] == list(await counting.purse.of_build("unheard of"))


async def test_two_hundred_at_once_from_several_instances_get_what_the_cap_allows_and_no_more(counting):
    """Each keeps what it got: the cap is for ten."""
    purses = [replace(counting, purse=await counting.open()) for _ in range(3)]
    refused = 0

    async def reserve(number: int) -> None:
        nonlocal refused
        try:
            await purses[number % 3].reserve(CAP // 10)
        except CapReached:
            refused += 1

    await asyncio.gather(*(reserve(number) for number in range(200)))
    assert (190, 0) == (refused, (await counting.stand()).left_micros)


async def test_two_hundred_whole_calls_at_once_are_all_in_the_sums(counting):
    async def call(number: int) -> int:
        try:
            reservation = await counting.reserve(10)
        except CapReached:
            return 0
        await asyncio.gather(*(counting.purse.settle(reservation, spent(1 + number % 10)) for _ in range(2)))
        return 1 + number % 10

    costs = await asyncio.gather(*(call(number) for number in range(200)))
    standing = await counting.stand()
    assert sum(costs) == standing.total.cost_micros == standing.counted_micros <= CAP
    assert sum(1 for cost in costs if cost) == standing.total.calls


async def test_another_instance_sees_it_all_and_ends_what_one_began(counting):
    reservation = await counting.reserve(400)
    await counting.pay(30)
    other = replace(counting, purse=await counting.open())
    assert CAP - 430 == (await other.stand()).left_micros
    await other.purse.settle(reservation, spent(20))
    assert CAP - 50 == (await counting.stand()).left_micros
