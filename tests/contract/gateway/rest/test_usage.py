"""What language models cost."""

from typing import Any

import httpx
import pytest
from pcf.generator.v1 import generator_pb2 as pb


def line(day: str, micros: int = 1) -> pb.DayUsage:
    totals = pb.UsageTotals(calls=2, failed_calls=1, input_tokens=10, output_tokens=20, cost_micros=micros)
    return pb.DayUsage(day=day, provider="scripted", model="small", totals=totals)


async def usage(http: httpx.AsyncClient, **query: str) -> Any:
    response = await http.get("/v1/usage", params=query)
    assert response.status_code == 200
    return response.json()


async def test_money_is_told_in_whole_micro_dollars_and_in_decimal_dollars(http: httpx.AsyncClient, generator: Any):
    generator.usage = [line("2026-05-01", 1_234_567)]

    told = await usage(http)

    assert told["days"] == [
        {
            "day": "2026-05-01",
            "provider": "scripted",
            "model": "small",
            "calls": 2,
            "failed_calls": 1,
            "cancelled_calls": 0,
            "input_tokens": 10,
            "output_tokens": 20,
            "cost_micros": 1_234_567,
            "cost_usd": "1.234567",
        }
    ]
    assert (told["total"]["cost_usd"], told["total"]["failed_calls"]) == ("2.000001", 2)
    assert told["unsettled"] == {"calls": 1, "most_micros": 20, "most_usd": "0.000020"}


async def test_the_tenant_is_told_with_the_days_and_what_is_left_of_today(http: httpx.AsyncClient):
    told = await usage(http)
    assert (told["tenant"], told["first_day"], told["last_day"]) == ("default", "2026-05-01", "2026-05-31")
    assert told["today"] == {
        "day": "2026-05-02",
        "cap_micros": 5_000_000,
        "cap_usd": "5.000000",
        "counted_micros": 5_000_007,
        "counted_usd": "5.000007",
        "left_micros": 0,
        "left_usd": "0.000000",
    }


async def test_days_that_were_asked_for_are_passed_on(http: httpx.AsyncClient, generator: Any):
    generator.usage = [line(f"2026-05-0{day}") for day in range(1, 6)]
    told = await usage(http, **{"from": "2026-05-02", "to": "2026-05-04"})
    assert [each["day"] for each in told["days"]] == ["2026-05-02", "2026-05-03", "2026-05-04"]


async def test_pages_follow_each_other_to_the_end(http: httpx.AsyncClient, generator: Any):
    generator.usage = [line(f"2026-05-0{day}") for day in range(1, 6)]
    days, token = [], ""
    while token is not None:
        page = await usage(http, page_size="2", **({"page_token": token} if token else {}))
        days += [each["day"] for each in page["days"]]
        token = page["next_page_token"]
    assert days == [f"2026-05-0{day}" for day in range(1, 6)]


@pytest.mark.parametrize(
    "day", ["2026-02-30", "2026-5-1", "20260501", "0000-01-01", "today", "", "2026-05-01T00:00:00Z"]
)
@pytest.mark.parametrize("end", ["from", "to"])
async def test_what_is_no_day_is_refused(http: httpx.AsyncClient, end: str, day: str):
    response = await http.get("/v1/usage", params={end: day})
    assert (response.status_code, response.json()["reason"]) == (400, "INVALID_REQUEST")
    assert [each["field"] for each in response.json()["violations"]] == [end]


async def test_a_period_that_ends_before_it_begins_is_refused(http: httpx.AsyncClient):
    response = await http.get("/v1/usage", params={"from": "2026-05-02", "to": "2026-05-01"})
    assert (response.status_code, response.json()["reason"]) == (400, "INVALID_REQUEST")
