"""`pcf-builder usage` against a server."""

import json
from typing import Any

import pytest

Run = Any
TOTALS = {
    "calls": 12,
    "failed_calls": 2,
    "cancelled_calls": 1,
    "input_tokens": 14_400,
    "output_tokens": 2210,
    "cost_micros": 76_350,
    "cost_usd": "0.076350",
}


def page(*days: str, token: str | None = None, unsettled: int = 0) -> dict[str, Any]:
    return {
        "tenant": "default",
        "first_day": "2026-05-01",
        "last_day": "2026-05-31",
        "days": [{**TOTALS, "day": day, "provider": "scripted", "model": "small"} for day in days],
        "total": TOTALS,
        "unsettled": {"calls": unsettled, "most_micros": 20 * unsettled, "most_usd": f"0.0000{20 * unsettled}"},
        "today": {"day": "2026-05-02", "cap_usd": "5.000000", "counted_usd": "0.076350", "left_usd": "4.923650"},
        "next_page_token": token,
    }


def test_each_day_is_a_line_and_the_sum_is_the_last(gateway: Any, run: Run):
    gateway.on("GET", "/v1/usage", gateway.json(page("2026-05-01")))

    code, out, _ = run("usage", "--url", gateway.url)

    assert 0 == code
    assert [
        "day\tprovider\tmodel\tcalls\tfailed\tcancelled\ttokens in\ttokens out\tdollars",
        "2026-05-01\tscripted\tsmall\t12\t2\t1\t14400\t2210\t0.076350",
        "total\t\t\t12\t2\t1\t14400\t2210\t0.076350",
        "Left today:      4.923650 of 5.000000 dollars",
    ] == out.splitlines()


def test_calls_that_nobody_settled_are_told(gateway: Any, run: Run):
    gateway.on("GET", "/v1/usage", gateway.json(page(unsettled=2)))

    assert "Unsettled:       2 calls, at most 0.000040 dollars" in run("usage", "--url", gateway.url)[1]


def test_the_days_that_were_typed_are_asked_for(gateway: Any, run: Run):
    gateway.on("GET", "/v1/usage", gateway.json(page()))

    run("usage", "--from", "2026-04-01", "--to", "2026-04-30", "--url", gateway.url)

    assert ["/v1/usage?from=2026-04-01&to=2026-04-30&page_size=200"] == [asked.path for asked in gateway.asked]


def test_json_is_one_document_of_all_pages(gateway: Any, run: Run):
    gateway.on("GET", "/v1/usage", gateway.json(page("2026-05-01", token="t")), gateway.json(page("2026-05-02")))

    _, out, _ = run("usage", "--json", "--url", gateway.url)

    told = json.loads(out)
    assert page("2026-05-01", "2026-05-02") == told
    assert gateway.asked[1].path.endswith("page_token=t&page_size=200")


@pytest.mark.parametrize("day", ["yesterday", "2026-02-30"])
def test_what_is_no_day_is_wrong_usage(gateway: Any, run: Run, day: str):
    assert 2 == run("usage", "--from", day, "--url", gateway.url)[0]
    assert [] == gateway.asked
