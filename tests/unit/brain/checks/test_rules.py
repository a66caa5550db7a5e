from collections.abc import Callable

Problems = Callable[[], list[str]]
Edit = Callable[[str, str, str], None]


def test_the_same_id_in_one_file(edit: Edit, problems: Problems):
    edit("rules/core.yaml", "PCF_SECURITY_002", "PCF_NAMING_001")
    assert problems() == ["rules/core.yaml:8: the rule `PCF_NAMING_001` stands in rules/core.yaml too"]


def test_the_same_id_in_two_files(edit: Edit, problems: Problems):
    edit("rules/performance.yaml", "PCF_PERF_002", "PCF_NAMING_001")
    expected = "rules/performance.yaml:1: the rule `PCF_NAMING_001` stands in rules/core.yaml too"
    assert [expected] == problems()
