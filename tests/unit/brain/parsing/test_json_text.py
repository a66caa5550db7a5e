import pytest
from pcf_brain.domain.problem import BrokenReleaseError
from pcf_brain.parsing.json_text import read_json


def test_json_is_read():
    assert read_json("a.schema.json", '{"a": [1, 2.5, "x", null]}').value == {"a": [1, 2.5, "x", None]}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('{"a": 1,\n "a": 2}', "a.json: not JSON: the key `a` stands in one object twice"),
        ('{"a": NaN}', "a.json: not JSON: `NaN` is no JSON value"),
        ('{"a":\n x}', "a.json:2: not JSON: Expecting value"),
        ("", "a.json:1: not JSON: Expecting value"),
    ],
)
def test_what_is_not_json_is_refused(text: str, expected: str):
    with pytest.raises(BrokenReleaseError) as caught:
        read_json("a.json", text)
    assert [expected] == [str(problem) for problem in caught.value.problems]


@pytest.mark.parametrize("text", ["[" * 100_000, "9" * 10_000, "1e999", '"\\ud800"'])
def test_what_would_break_a_later_reader_is_refused(text: str):
    with pytest.raises(BrokenReleaseError, match="not JSON"):
        read_json("a.json", text)
