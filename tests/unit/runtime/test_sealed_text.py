"""Texts sealed for their place: alike when they are alike, opened by their key alone."""

import base64

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pcf_runtime.sealed_text import BadSealingKeyError, TextSealer, UnsealableError

KEY = base64.b64encode(bytes(range(32))).decode()
SEALER = TextSealer.parse(KEY)


@settings(max_examples=100, derandomize=True, deadline=None)
@given(st.text())
def test_comes_back_as_it_was(text):
    assert text == SEALER.open(SEALER.seal(text, context="a"), context="a")


@settings(max_examples=50, derandomize=True, deadline=None)
@given(st.text(min_size=4))
def test_shows_nothing_of_the_text(text):
    sealed = SEALER.seal(text, context="a")
    assert sealed.isascii()
    assert text not in sealed


def test_the_same_text_in_the_same_place_is_alike_and_nowhere_else():
    assert SEALER.seal("x", context="a") == TextSealer.parse(KEY).seal("x", context="a")
    assert SEALER.seal("x", context="a") != SEALER.seal("x", context="b")


def test_no_text_stays_none_and_what_was_never_sealed_is_given_back():
    assert "" == SEALER.seal("", context="a")
    assert "plain" == SEALER.open("plain", context="a")


@pytest.mark.parametrize("change", [lambda s: s[:-8], lambda s: s[:9] + "AAAA" + s[13:], lambda s: s + "!"])
def test_what_was_changed_does_not_open(change):
    with pytest.raises(UnsealableError):
        SEALER.open(change(SEALER.seal("a longer text", context="a")), context="a")


def test_another_key_or_place_does_not_open():
    sealed = SEALER.seal("x", context="a")
    for sealer, context in ((SEALER, "b"), (TextSealer(bytes(32)), "a")):
        with pytest.raises(UnsealableError):
            sealer.open(sealed, context=context)


@pytest.mark.parametrize("key", ["", "short", KEY[:-4], "é" * 44])
def test_what_is_no_key(key):
    with pytest.raises(BadSealingKeyError, match="32 bytes"):
        TextSealer.parse(key)


def test_a_key_that_was_replaced_still_opens_and_seals_no_more():
    first, second = base64.b64encode(bytes(32)).decode(), base64.b64encode(bytes([1] * 32)).decode()
    before, between, after = TextSealer.parse(first), TextSealer.parse(second, first), TextSealer.parse(second)
    sealed = before.seal("words", context="build")
    assert "words" == between.open(sealed, context="build")
    assert "words" == after.open(between.seal("words", context="build"), context="build")
    for sealer, text in ((after, sealed), (before, between.seal("words", context="build"))):
        with pytest.raises(UnsealableError):
            sealer.open(text, context="build")
