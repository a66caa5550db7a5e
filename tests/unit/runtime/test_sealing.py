"""Sealed bytes: only the same key in the same place opens them, whole."""

import base64
import os

import pytest
from pcf_runtime.sealing import BadSealingKeyError, Sealer, UnsealableError

KEY = bytes(range(32))
PLACE = b"tenants/acme/prompt"
sealer = Sealer(KEY)


@pytest.mark.parametrize("content", [b"", b"x", b"a prompt \x00 with anything", os.urandom(100_000)], ids=len)
def test_opens_what_it_sealed(content):
    assert content == sealer.open(sealer.seal(content, context=PLACE), context=PLACE)


def test_says_nothing_of_the_content_but_its_length():
    one, two = (sealer.seal(b"secret" * 10, context=PLACE) for _ in range(2))
    assert one != two
    assert b"secret" not in one
    assert 60 + 1 + 12 + 16 == len(one)


@pytest.mark.parametrize("at", [0, 1, 12, 13, 20, -1])
def test_a_flipped_bit_anywhere_is_found(at):
    sealed = bytearray(sealer.seal(b"content", context=PLACE))
    sealed[at] ^= 1
    with pytest.raises(UnsealableError):
        sealer.open(bytes(sealed), context=PLACE)


@pytest.mark.parametrize("length", [0, 1, 12, 13, 28, 29, 35])
def test_a_piece_is_refused(length):
    sealed = sealer.seal(b"content", context=PLACE)
    with pytest.raises(UnsealableError):
        sealer.open(sealed[:length], context=PLACE)


def test_what_was_never_sealed_is_refused():
    with pytest.raises(UnsealableError, match="not sealed"):
        sealer.open(b"plain text of some length, long enough", context=PLACE)


def test_another_place_does_not_open_it():
    with pytest.raises(UnsealableError, match="another key or for another place"):
        sealer.open(sealer.seal(b"content", context=PLACE), context=b"tenants/other/prompt")


def test_another_key_does_not_open_it():
    with pytest.raises(UnsealableError, match="another key"):
        Sealer(bytes(32)).open(sealer.seal(b"content", context=PLACE), context=PLACE)


def test_a_key_is_read_from_base64():
    read = Sealer.parse(f" {base64.b64encode(KEY).decode()}\n")
    assert b"content" == read.open(sealer.seal(b"content", context=PLACE), context=PLACE)


@pytest.mark.parametrize(
    "text",
    ["", "hunter2", "hunter2hunter2*", base64.b64encode(bytes(16)).decode(), base64.b64encode(bytes(33)).decode()],
)
def test_a_bad_key_is_refused_and_never_repeated(text):
    with pytest.raises(BadSealingKeyError, match="base64 of 32 bytes") as raised:
        Sealer.parse(text)
    assert not text or text not in str(raised.value)
