"""Added-up calls as the columns of both databases hold them."""

from typing import Protocol

from pcf_generator.models.calls import Usage
from pcf_generator.models.money import Spent, Tally

__all__ = ["ADDED", "CALL_SUMS", "COLUMNS", "SUMS", "Row", "tally", "values"]

COLUMNS = ("calls", "failed", "cancelled", "input_tokens", "output_tokens", "cost_micros")
ADDED = ", ".join(f"{name} = kept.{name} + excluded.{name}" for name in COLUMNS)
"""Adds new values to those of the row `kept`."""
SUMS = ", ".join(f"coalesce(sum({name}), 0) AS {name}" for name in COLUMNS)
CALL_SUMS = (
    "count(*) AS calls, sum(CASE outcome WHEN 'failed' THEN 1 ELSE 0 END) AS failed,"
    " sum(CASE outcome WHEN 'cancelled' THEN 1 ELSE 0 END) AS cancelled, sum(input_tokens) AS input_tokens,"
    " sum(output_tokens) AS output_tokens, sum(cost_micros) AS cost_micros"
)
"""The same from the calls themselves, where there are any."""


class Row(Protocol):
    """A row of either database."""

    def __getitem__(self, name: str, /) -> object:
        """The value of a column."""


def tally(row: Row) -> Tally:
    """The columns of a row as one value."""
    calls, failed, cancelled, sent, received, cost = (int(str(row[name])) for name in COLUMNS)
    return Tally(calls, failed, cancelled, Usage(sent, received), cost)


def values(spent: Spent) -> tuple[int, ...]:
    """One call, in the order of the columns."""
    one = Tally.of(spent)
    return one.calls, one.failed, one.cancelled, one.usage.input_tokens, one.usage.output_tokens, one.cost_micros
