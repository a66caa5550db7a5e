"""Shows what language models cost."""

from collections.abc import Mapping, Sequence

from pcf_cli.client import connect
from pcf_cli.output import facts, show_json, table
from pcf_cli.resources import DayUsage, Usage, UsageTotals

__all__ = ["show"]

_COLUMNS = ("day", "provider", "model", "calls", "failed", "cancelled", "tokens in", "tokens out", "dollars")


async def show(url: str, days: Mapping[str, str], *, as_json: bool) -> None:
    """A line for each day and model, and their sum; then what is left of today."""
    async with connect(url) as api:
        usage = await api.usage(days)
        lines: list[DayUsage] = usage["days"]
        while (token := usage["next_page_token"]) is not None:
            usage = await api.usage({**days, "page_token": token})
            lines += usage["days"]
    if as_json:
        show_json({**usage, "days": lines})
        return
    rows = [(each["day"], each["provider"], each["model"], *_sums(each)) for each in lines]
    table(_COLUMNS, [*rows, ("total", "", "", *_sums(usage["total"]))])
    facts(_standing(usage))


def _sums(totals: UsageTotals) -> Sequence[object]:
    return (
        totals["calls"],
        totals["failed_calls"],
        totals["cancelled_calls"],
        totals["input_tokens"],
        totals["output_tokens"],
        totals["cost_usd"],
    )


def _standing(usage: Usage) -> list[tuple[str, object]]:
    today, unsettled = usage["today"], usage["unsettled"]
    lost = f"{unsettled['calls']} calls, at most {unsettled['most_usd']} dollars" if unsettled["calls"] else None
    return [
        ("Unsettled", lost),
        ("Left today", f"{today['left_usd']} of {today['cap_usd']} dollars"),
    ]
