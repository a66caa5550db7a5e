"""The prompt comes as an argument or from standard input, and is text."""

import io

import pytest
from pcf_cli.exits import WrongUsage
from pcf_cli.prompt import check_arguments, read_prompt


def test_an_argument_is_taken_as_it_is():
    assert " a rating\n" == read_prompt(" a rating\n")


@pytest.mark.parametrize("content", [b"a rating", b"a rating\n", b"a rating\r\n", b"\xef\xbb\xbfa rating\n"])
def test_a_dash_reads_standard_input_without_what_editors_add(content: bytes):
    assert "a rating" == read_prompt("-", io.BytesIO(content))


def test_standard_input_that_is_not_utf_8_is_told_with_its_place():
    with pytest.raises(WrongUsage, match="Standard input is not UTF-8: byte 4 "):
        read_prompt("-", io.BytesIO(b"caf\xe9 rating"))


def test_standard_input_without_an_end_is_not_read_forever():
    with pytest.raises(WrongUsage, match="more than 65,536 bytes"):
        read_prompt("-", io.BytesIO(b"a" * 100_000))


def test_an_argument_that_is_not_utf_8_is_told_with_its_position():
    with pytest.raises(WrongUsage, match=r"Argument 2 is not UTF-8\."):
        check_arguments(["build", "caf\udce9"])


def test_text_of_every_language_is_an_argument():
    check_arguments(["build", "Bewertung mit fünf Sternen – 評価"])
