from collections.abc import Callable

Problems = Callable[[], list[str]]
Edit = Callable[[str, str, str], None]

_EXAMPLES = "capabilities/lamp/examples.yaml"


def test_a_parameter_the_kind_does_not_have(edit: Edit, problems: Problems):
    edit(_EXAMPLES, "{watts: 40}", "{volts: 40}")
    assert problems() == [f"{_EXAMPLES}:2: `volts` is no parameter"]


def test_a_value_the_parameter_cannot_have(edit: Edit, problems: Problems):
    edit(_EXAMPLES, "{watts: 40}", "{watts: 4000}")
    assert problems() == [f"{_EXAMPLES}:2: the value of `watts` must be from 5 to 100"]


def test_the_same_prompt_twice(edit: Edit, problems: Problems):
    edit(_EXAMPLES, '"a dimmed lamp"', '"a lamp"')
    assert problems() == [f"{_EXAMPLES}:3: the same prompt stands here twice"]
