"""Page sizes and tokens."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as some
from pcf_runtime.errors import InvalidArgument
from pcf_runtime.pagination import decode_token, encode_token, page_size
from pcf_runtime.testing import expect_error

VALUES = some.dictionaries(some.text(), some.text() | some.integers())


@pytest.mark.parametrize(("asked", "given_"), [(0, 50), (1, 1), (1000, 1000), (1001, 1000)])
def test_a_page_size_is_brought_into_its_range(asked: int, given_: int):
    assert page_size(asked, default=50, maximum=1000) == given_


def test_a_negative_page_size_is_refused():
    with expect_error(InvalidArgument, reason="BAD_PAGE_SIZE"):
        page_size(-1, default=50, maximum=1000)


@given(values=VALUES, filter_=some.text())
def test_a_token_gives_back_what_it_was_made_of(values: dict[str, str | int], filter_: str):
    token = encode_token(values, filter_=filter_)
    assert decode_token(token, filter_=filter_) == values


@given(token=some.text())
def test_any_other_text_is_refused(token: str):
    with expect_error(InvalidArgument, reason="BAD_PAGE_TOKEN"):
        decode_token(token)


def test_a_token_of_another_query_is_refused():
    token = encode_token({"index": 5}, filter_="actor=ann")
    with expect_error(InvalidArgument, reason="BAD_PAGE_TOKEN") as seen:
        decode_token(token, filter_="actor=bob")
    assert seen.error.violations[0].field == "page_token"


@pytest.mark.parametrize("damage", [lambda t: t[:-1], lambda t: "A" + t[1:], lambda t: t + "AAAA"])
def test_a_damaged_token_is_refused(damage: Callable[[str], str]):
    token = damage(encode_token({"index": 5}))
    with expect_error(InvalidArgument, reason="BAD_PAGE_TOKEN"):
        decode_token(token)


def test_a_token_fits_in_a_url_as_it_is():
    token = encode_token({"text": "ü?>~" * 20})
    assert token.replace("-", "").replace("_", "").isalnum()
