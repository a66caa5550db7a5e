"""Prices, sums and amounts, in whole micro-dollars."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pcf_generator.models.calls import Call, Usage
from pcf_generator.models.money import MICROS_MOST, TOKENS_MOST, DayCaps, Price, Spent, Tally, most_tokens

tokens = st.integers(0, 10**9)
prices = st.builds(Price, st.integers(0, 10**9), st.integers(0, 10**9))


def spent(**changes):
    values = {"usage": Usage(1, 2), "cost_micros": 3, "outcome": "answered", **changes}
    return Spent("scripted", "small", "INTERPRET_INTENT", **values)


def call(text="5 stars", **changes):
    schema = {"type": "object", "description": "Größe"}
    values = {"instructions": "Read.", "text": text, "schema": schema, "max_output_tokens": 100, **changes}
    return Call(purpose="INTERPRET_INTENT", schema_name="intent", **values)


@given(prices, tokens, tokens)
def test_a_cost_is_the_exact_one_rounded_up_to_a_whole_micro_dollar(price, sent, received):
    exact = Fraction(sent * price.input_micros_per_mtok + received * price.output_micros_per_mtok, 1_000_000)
    assert 0 <= price.cost(Usage(sent, received)) - exact < 1


def test_a_million_tokens_cost_the_price():
    price = Price(3_000_000, 15_000_000)
    assert (3_000_000, 15_000_000, 0) == tuple(price.cost(Usage(*u)) for u in [(10**6, 0), (0, 10**6), (0, 0)])


@given(st.text())
def test_no_call_has_more_tokens_than_bytes_and_what_its_limit_allows(text):
    most = most_tokens(call(text))
    assert most.input_tokens >= len(text.encode(errors="surrogatepass"))
    assert 100 == most.output_tokens


def test_the_most_a_call_can_cost_counts_instructions_and_schema_as_well():
    price = Price(1_000_000, 0)
    assert price.most(call(instructions="x" * 500)) - price.most(call(instructions="")) == 500
    assert price.most(call(schema={"a": "ß" * 10})) > price.most(call(schema={"a": ""})) + 19


@pytest.mark.parametrize(
    "make",
    [
        lambda: Price(-1, 0),
        lambda: Price(0, MICROS_MOST + 1),
        lambda: DayCaps(-1),
        lambda: DayCaps(1, {"contoso": -1}),
        lambda: spent(cost_micros=-1),
        lambda: spent(cost_micros=MICROS_MOST + 1),
        lambda: spent(usage=Usage(-1, 0)),
        lambda: spent(usage=Usage(0, TOKENS_MOST + 1)),
    ],
)
def test_amounts_below_zero_or_beyond_all_measure_are_refused(make):
    with pytest.raises(ValueError, match="is not within"):
        make()


def test_a_tenant_has_the_usual_cap_or_its_own():
    caps = DayCaps(5, {"contoso": 7})
    assert (7, 5) == (caps.of("contoso"), caps.of("fabrikam"))


def test_calls_add_up_by_how_they_ended():
    total = sum((Tally.of(spent(outcome=how)) for how in ("answered", "failed", "failed", "cancelled")), Tally())
    assert Tally(4, 2, 1, Usage(4, 8), 12) == total
