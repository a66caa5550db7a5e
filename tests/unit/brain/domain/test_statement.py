from dataclasses import replace
from datetime import UTC, datetime

import pytest
from pcf_brain.domain.problem import BrokenReleaseError
from pcf_brain.domain.statement import Statement, parse_statement

_STATEMENT = Statement("1.4.0 beta", "ab" * 32, 70, 313_484, datetime(2026, 1, 31, 12, 0, 1, tzinfo=UTC))


def test_what_is_written_can_be_read():
    assert parse_statement(_STATEMENT.written()) == _STATEMENT


def test_it_says_what_it_is_and_of_what():
    assert _STATEMENT.written().splitlines() == [
        "PCF Builder brain release",
        "version 1.4.0 beta",
        f"manifest {'ab' * 32}",
        "files 70",
        "bytes 313484",
        "made 2026-01-31T12:00:01Z",
    ]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("PCF Builder brain release", "example.org/log"),
        ("files 70", "files 0"),
        ("files 70", "files -1"),
        ("bytes 313484", "bytes 1e9"),
        ("ab" * 32, "ab" * 31),
        ("2026-01-31", "2026-02-31"),
        ("12:00:01Z", "12:00:01+02:00"),
        ("made", "extra line\nmade"),
    ],
)
def test_a_signed_text_of_something_else_is_refused(old: str, new: str):
    with pytest.raises(BrokenReleaseError, match="says something else"):
        parse_statement(_STATEMENT.written().replace(old, new))


def test_files_of_another_number_or_size_are_refused():
    said = replace(_STATEMENT, files=1, size_bytes=2)
    said.check_size({"a": b"12"})
    for contents in ({"a": b"123"}, {"a": b"1", "b": b"2"}):
        with pytest.raises(BrokenReleaseError, match="note: speaks of 1 files of 2 bytes"):
            said.check_size(contents)
