"""What calls to language models cost, by day and model."""

from datetime import date
from typing import Annotated

from pydantic import Field

from pcf_gateway.resources.fields import Resource

Day = Annotated[date, Field(description="A day of UTC.")]
Micros = Annotated[int, Field(description="Whole micro-dollars.")]
Usd = Annotated[
    str, Field(description="The same in dollars, exactly.", json_schema_extra={"pattern": "^[0-9]+[.][0-9]{6}$"})
]


class _Line(Resource):
    day: Day
    provider: str
    model: str


class UsageTotals(Resource):
    """Calls, added up: all that were sent, whether they gave an answer or not."""

    calls: int
    failed_calls: int = Field(description="How many of these gave no answer.")
    cancelled_calls: int = Field(description="How many of these were abandoned before their answer was whole.")
    input_tokens: int = Field(description="Tokens sent, as the provider counts them.")
    output_tokens: int = Field(description="Tokens that came back, as the provider counts them.")
    cost_micros: Micros
    cost_usd: Usd


class DayUsage(UsageTotals, _Line):
    """What was paid for one model on one day."""


class UnsettledCalls(Resource):
    """Calls that were cut off before anyone could say what they cost; in no other sum."""

    calls: int
    most_micros: int = Field(description="The most they can have cost; it counts against the cap.")
    most_usd: Usd


class DayCap(Resource):
    """What the tenant may spend today."""

    day: Day
    cap_micros: Micros
    cap_usd: Usd
    counted_micros: int = Field(description="What counts against it: cost, calls under way, and unsettled ones.")
    counted_usd: Usd
    left_micros: int = Field(description="What is left of it.")
    left_usd: Usd


class UsagePage(Resource):
    """What a tenant has paid for language models."""

    tenant: str
    first_day: Day
    last_day: Day
    days: list[DayUsage] = Field(description="By day, provider and model.")
    total: UsageTotals = Field(description="All days that were asked for, also those of other pages.")
    unsettled: UnsettledCalls
    today: DayCap
    next_page_token: str | None = Field(description="Token of the next page; null at the end.")
