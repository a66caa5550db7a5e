"""Protobuf to what is asked about money, and the answer back."""

from datetime import date

from pcf.generator.v1 import generator_pb2 as pb
from pcf_runtime.errors import InvalidArgument, Violation
from pcf_runtime.pagination import decode_token, encode_token, page_size

from pcf_generator.accounts import Statement
from pcf_generator.convert import DEFAULT_PAGE, LARGEST_PAGE
from pcf_generator.models.money import DaySpending, Place, Standing, Tally

__all__ = ["days_from", "page_limit", "page_start", "statement_to"]


def days_from(message: pb.GetUsageRequest) -> tuple[date | None, date | None]:
    """The first and the last day, as far as they were given; INVALID_REQUEST."""
    return _day("first_day", message.first_day), _day("last_day", message.last_day)


def page_limit(message: pb.GetUsageRequest) -> int:
    """How many lines the page may hold."""
    return page_size(message.page_size, default=DEFAULT_PAGE, maximum=LARGEST_PAGE)


def page_start(message: pb.GetUsageRequest, *, tenant: str) -> Place | None:
    """The line that the page comes after; None for the first page. BAD_PAGE_TOKEN."""
    if not message.page_token:
        return None
    place = decode_token(message.page_token, filter_=_filter(message, tenant))
    return date.fromisoformat(str(place["day"])), str(place["provider"]), str(place["model"])


def statement_to(statement: Statement, message: pb.GetUsageRequest) -> pb.GetUsageResponse:
    """What a tenant is told that asked so."""
    period, standing = statement.period, statement.standing
    return pb.GetUsageResponse(
        tenant=statement.tenant,
        first_day=period.first_day.isoformat(),
        last_day=period.last_day.isoformat(),
        days=[_line_to(line) for line in statement.lines],
        next_page_token=_next_page(statement, message),
        total=_totals_to(standing.total),
        unsettled_calls=standing.unsettled,
        unsettled_micros=standing.unsettled_micros,
        today=_cap_to(standing),
    )


def _day(field: str, text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        violation = Violation(field, "must be a day that exists, such as 2026-05-01")
        raise InvalidArgument("INVALID_REQUEST", f"{field}: there is no such day", violations=[violation]) from error


def _line_to(line: DaySpending) -> pb.DayUsage:
    return pb.DayUsage(
        day=line.day.isoformat(), provider=line.provider, model=line.model, totals=_totals_to(line.tally)
    )


def _totals_to(tally: Tally) -> pb.UsageTotals:
    return pb.UsageTotals(
        calls=tally.calls,
        failed_calls=tally.failed,
        cancelled_calls=tally.cancelled,
        input_tokens=tally.usage.input_tokens,
        output_tokens=tally.usage.output_tokens,
        cost_micros=tally.cost_micros,
    )


def _cap_to(standing: Standing) -> pb.DayCap:
    return pb.DayCap(
        day=standing.today.isoformat(),
        cap_micros=standing.cap_micros,
        counted_micros=standing.counted_micros,
        left_micros=standing.left_micros,
    )


def _next_page(statement: Statement, message: pb.GetUsageRequest) -> str:
    if not statement.more:
        return ""
    day, provider, model = statement.lines[-1].place
    place = {"day": day.isoformat(), "provider": provider, "model": model}
    return encode_token(place, filter_=_filter(message, statement.tenant))


def _filter(message: pb.GetUsageRequest, tenant: str) -> str:
    return f"GetUsage tenant={tenant} days={message.first_day}/{message.last_day}"
