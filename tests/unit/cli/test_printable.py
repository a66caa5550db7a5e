"""What came from elsewhere is shown and not obeyed."""

import pytest
from pcf_cli.printable import one_line, printable


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("Star rating", "Star rating"),
        ("Größe – 星", "Größe – 星"),
        ("two\nlines", "two\nlines"),
        ("\x1b[31mred\x07", "�[31mred�"),
        ("safe\u202egnp.exe", "safe�gnp.exe"),
        ("half \ud800", "half �"),
    ],
)
def test_nothing_in_a_text_moves_the_terminal(given: str, shown: str):
    assert shown == printable(given)


def test_a_line_stays_a_line_and_a_column_a_column():
    assert "a b c" == one_line("a\tb\r\n  c")
