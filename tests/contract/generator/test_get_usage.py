"""GeneratorService.GetUsage."""

import pytest
from pcf.generator.v1 import generator_pb2 as pb
from pcf_generator.models.calls import Usage
from pcf_generator.models.money import Payer, Spent
from pcf_runtime.errors import InvalidArgument
from pcf_runtime.request_context import RequestContext, bind
from pcf_runtime.testing import expect_error

CAP = 5_000_000
DAY_S = 86_400


async def usage(stub, **fields):
    return await stub.GetUsage(pb.GetUsageRequest(**fields))


async def pay(generator, cost, *, tenant="default", model="small", outcome="answered"):
    reservation = await generator.purse.reserve(Payer(tenant, "0" * 26), cost)
    spent = Spent("scripted", model, "INTERPRET_INTENT", Usage(10, 20), cost, outcome)
    await generator.purse.settle(reservation, spent)


async def test_a_tenant_that_paid_nothing_has_all_of_its_cap(stub):
    assert pb.GetUsageResponse(
        tenant="default",
        first_day="2026-01-01",
        last_day="2026-01-01",
        total=pb.UsageTotals(),
        today=pb.DayCap(day="2026-01-01", cap_micros=CAP, left_micros=CAP),
    ) == await usage(stub)


async def test_calls_are_added_up_by_day_and_model(stub, generator):
    await pay(generator, 30)
    await pay(generator, 12, outcome="failed")
    generator.clock.advance(DAY_S)
    await pay(generator, 7, outcome="cancelled")
    told = await usage(stub)
    first = pb.UsageTotals(calls=2, failed_calls=1, input_tokens=20, output_tokens=40, cost_micros=42)
    second = pb.UsageTotals(calls=1, cancelled_calls=1, input_tokens=10, output_tokens=20, cost_micros=7)
    assert [
        pb.DayUsage(day="2026-01-01", provider="scripted", model="small", totals=first),
        pb.DayUsage(day="2026-01-02", provider="scripted", model="small", totals=second),
    ] == list(told.days)
    assert (3, 49) == (told.total.calls, told.total.cost_micros)
    assert pb.DayCap(day="2026-01-02", cap_micros=CAP, counted_micros=7, left_micros=CAP - 7) == told.today


async def test_a_tenant_sees_its_own_and_no_other_s(stub, generator):
    await pay(generator, 30, tenant="fabrikam")
    with bind(RequestContext("trace", tenant="contoso")):
        told = await usage(stub)
    assert ("contoso", [], 0, CAP) == (told.tenant, list(told.days), told.total.calls, told.today.left_micros)


async def test_what_nobody_settled_is_told_apart(stub, generator):
    await generator.purse.reserve(Payer("default", "0" * 26), 400)
    generator.clock.advance(3600)
    told = await usage(stub)
    assert (1, 400) == (told.unsettled_calls, told.unsettled_micros)
    assert (0, CAP - 400) == (told.total.cost_micros, told.today.left_micros)


async def test_pages_follow_each_other_and_each_has_the_sum_of_all(stub, generator):
    for model in ("a", "b", "c", "d", "e"):
        await pay(generator, 1, model=model)
    models, sums, token = [], set(), ""
    while True:
        told = await usage(stub, page_size=2, page_token=token)
        models += [line.model for line in told.days]
        sums.add(told.total.cost_micros)
        if not (token := told.next_page_token):
            break
    assert (["a", "b", "c", "d", "e"], {5}) == (models, sums)


async def test_a_page_belongs_to_its_days_and_its_tenant(stub, generator):
    for model in ("a", "b"):
        await pay(generator, 1, model=model)
    token = (await usage(stub, page_size=1)).next_page_token
    with expect_error(InvalidArgument, reason="BAD_PAGE_TOKEN"):
        await usage(stub, page_size=1, page_token=token, last_day="2026-01-01")
    with bind(RequestContext("trace", tenant="contoso")), expect_error(InvalidArgument, reason="BAD_PAGE_TOKEN"):
        await usage(stub, page_size=1, page_token=token)


@pytest.mark.parametrize(
    ("asked", "days"),
    [
        ({}, ("2026-01-01", "2026-01-01")),
        ({"last_day": "2025-12-24"}, ("2025-12-01", "2025-12-24")),
        ({"first_day": "2025-11-30"}, ("2025-11-30", "2026-01-01")),
        ({"first_day": "2026-02-03"}, ("2026-02-03", "2026-02-03")),
        ({"first_day": "0001-01-01", "last_day": "9999-12-31"}, ("0001-01-01", "9999-12-31")),
    ],
)
async def test_days_that_are_not_given_follow_from_today(stub, asked, days):
    told = await usage(stub, **asked)
    assert days == (told.first_day, told.last_day)


@pytest.mark.parametrize(
    "fields",
    [
        {"first_day": "2026-02-30"},
        {"last_day": "0000-01-01"},
        {"last_day": "2026-5-1"},
        {"first_day": "2026-01-02", "last_day": "2026-01-01"},
    ],
)
async def test_days_that_do_not_exist_or_are_in_the_wrong_order_are_refused(stub, fields):
    with expect_error(InvalidArgument, reason="INVALID_REQUEST"):
        await usage(stub, **fields)
