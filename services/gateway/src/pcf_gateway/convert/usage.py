"""Money and tokens."""

from datetime import date

from pcf.generator.v1 import generator_pb2 as pb

from pcf_gateway.resources.usage import DayCap, DayUsage, UnsettledCalls, UsagePage, UsageTotals

_MICROS = 1_000_000


def usage_page(message: pb.GetUsageResponse) -> UsagePage:
    return UsagePage(
        tenant=message.tenant,
        first_day=date.fromisoformat(message.first_day),
        last_day=date.fromisoformat(message.last_day),
        days=[_day(line) for line in message.days],
        total=UsageTotals(**_totals(message.total)),
        unsettled=UnsettledCalls(
            calls=message.unsettled_calls,
            most_micros=message.unsettled_micros,
            most_usd=dollars(message.unsettled_micros),
        ),
        today=_cap(message.today),
        next_page_token=message.next_page_token or None,
    )


def dollars(micros: int) -> str:
    """Micro-dollars as decimal dollars, without any rounding."""
    return f"{micros // _MICROS}.{micros % _MICROS:06}"


def _day(line: pb.DayUsage) -> DayUsage:
    return DayUsage(day=date.fromisoformat(line.day), provider=line.provider, model=line.model, **_totals(line.totals))


def _totals(totals: pb.UsageTotals) -> dict[str, int | str]:
    return {
        "calls": totals.calls,
        "failed_calls": totals.failed_calls,
        "cancelled_calls": totals.cancelled_calls,
        "input_tokens": totals.input_tokens,
        "output_tokens": totals.output_tokens,
        "cost_micros": totals.cost_micros,
        "cost_usd": dollars(totals.cost_micros),
    }


def _cap(cap: pb.DayCap) -> DayCap:
    return DayCap(
        day=date.fromisoformat(cap.day),
        cap_micros=cap.cap_micros,
        cap_usd=dollars(cap.cap_micros),
        counted_micros=cap.counted_micros,
        counted_usd=dollars(cap.counted_micros),
        left_micros=cap.left_micros,
        left_usd=dollars(cap.left_micros),
    )
