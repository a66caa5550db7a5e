"""From the catalogue to who may be asked."""

from decimal import Decimal

import pytest
from pcf_generator.models.candidates import open_candidates
from pcf_generator.models.catalogue import Catalogue, Entry, Limits
from pcf_generator.models.money import Price


@pytest.fixture
def entry(tmp_path):
    def made(provider, **more):
        (tmp_path / "key").write_text("k1")
        prices = {"input_price": Decimal("3.00"), "output_price": Decimal("15.00")}
        return Entry(provider=provider, model=f"{provider}-1", key_file=tmp_path / "key", **prices, **more)

    return made


async def test_order_price_and_limit_are_those_of_the_catalogue(entry):
    entries = (entry("openai", timeout_s=7), entry("anthropic"))
    first, second = open_candidates(Catalogue(entries, Limits()))
    assert ("openai/openai-1", "anthropic/anthropic-1") == (first.target, second.target)
    assert (Price(3_000_000, 15_000_000), 7.0, 20.0) == (first.price, first.timeout_s, second.timeout_s)
    for candidate in (first, second):
        await candidate.provider.aclose()


async def test_the_stamp_changes_with_the_key_file(entry, tmp_path):
    (candidate,) = open_candidates(Catalogue((entry("openai"),), Limits()))
    before = candidate.key_stamp()
    assert before == candidate.key_stamp()
    (tmp_path / "key").write_text("another")
    assert before != candidate.key_stamp()
    (tmp_path / "key").unlink()
    assert candidate.key_stamp() is None
    await candidate.provider.aclose()
